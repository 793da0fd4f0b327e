/**
 * Derives the addresses of an extension's other files from the address of one. Some editors put the file's path into
 * the path of the address, some into its query. Throws if the address does not contain the file's path.
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
