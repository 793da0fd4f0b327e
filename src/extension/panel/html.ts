/** A webview's page: nothing but a place to draw in, one script and one style sheet; a chart becomes a picture through a `data:` image. All arguments come from the extension itself. */
export interface Page {
  readonly script: string;
  readonly style: string;
  /** Where the webview may load style sheets from. */
  readonly source: string;
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
  /** Where the page stands: the panel beside the editor or the view in the side bar. */
  readonly surface: 'panel' | 'side';
  /** Translations by their English sentences; undefined where the editor speaks English. */
  readonly bundle: Readonly<Record<string, string>> | undefined;
}

export const html = ({ script, style, source, nonce, language, title, surface, bundle }: Page): string => `<!DOCTYPE html>
<html lang="${escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${escape(source)} 'nonce-${nonce}'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${escape(style)}">
</head>
<body>
<div id="root" data-surface="${surface}"${bundle ? ` data-bundle="${escape(JSON.stringify(bundle))}"` : ''}></div>
<script type="module" nonce="${nonce}" src="${escape(script)}"></script>
</body>
</html>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
