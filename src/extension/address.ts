/**
 * Whether a text is an address, which names its file system before the path: `vscode-remote://host/a.gguf`. One letter
 * would be a drive.
 */
export const isAddress = (text: string): boolean => /^[a-z][a-z\d+.-]+:\//i.test(text);
