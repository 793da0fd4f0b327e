// The toolkit tries out a style element as soon as it is imported, and looks here for the nonce that the page's policy
// asks of it. So this module comes before all others.
const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
if (nonce) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}
