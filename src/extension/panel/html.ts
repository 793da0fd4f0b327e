/**
 * A webview's page: nothing but a place to draw in, one script and one style sheet; a chart becomes a picture through a
 * `data:` image. All arguments come from the extension itself.
 */
export interface Page {
  readonly script: string;
  readonly style: string;
  /** The source of style sheets that the webview may load. */
  readonly source: string;
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
  /** The page's place: the panel beside the editor or the view in the side bar. */
  readonly surface: 'panel' | 'side';
  /** Whether it may start the GPU's worker. */
  readonly lendsGpu: boolean;
  /** Translations by their English sentences; undefined if the editor is in English. */
  readonly bundle: Readonly<Record<string, string>> | undefined;
}

/**
 * The GPU's worker is started from a blob, because a webview may not start one from its own addresses. It runs
 * WebAssembly.
 */
function policy({ source, nonce, lendsGpu }: Page): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'${lendsGpu ? " blob: 'wasm-unsafe-eval'" : ''}`,
    `style-src ${source} 'nonce-${nonce}'`,
    'img-src data:',
    ...(lendsGpu ? ['worker-src blob:', `connect-src ${source}`] : []),
  ].join('; ');
}

export const html = (page: Page): string => `<!DOCTYPE html>
<html lang="${escape(page.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy(page))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${page.nonce}">
<title>${escape(page.title)}</title>
<link rel="stylesheet" href="${escape(page.style)}">
</head>
<body>
<div id="root" data-surface="${page.surface}"${page.bundle ? ` data-bundle="${escape(JSON.stringify(page.bundle))}"` : ''}></div>
<script type="module" nonce="${page.nonce}" src="${escape(page.script)}"></script>
</body>
</html>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
