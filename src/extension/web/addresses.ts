/**
 * Addresses of an extension's other files, made from the address of one: some editors serve them by their path, some by
 * a query that holds it. Throws where the address does not name its file.
 */
export function besides(address: string, file: string): (other: string) => string {
  const forms = [
    (path: string) => path,
    encodeURIComponent,
    (path: string) => encodeURIComponent(encodeURIComponent(path)),
  ];
  const form = forms.find((candidate) => address.includes(candidate(file)));
  if (!form) throw new Error('The address of the extension does not name its file.');
  const at = address.lastIndexOf(form(file));
  return (other) => address.slice(0, at) + form(other) + address.slice(at + form(file).length);
}
