/** The four looks of an editor, as its webviews name them, by what the system prefers. */
export type Theme = 'vscode-dark' | 'vscode-light' | 'vscode-high-contrast' | 'vscode-high-contrast-light';

const light = matchMedia('(prefers-color-scheme: light)');
const contrast = [matchMedia('(prefers-contrast: more)'), matchMedia('(forced-colors: active)')];

function preferred(): Theme {
  if (contrast.some(({ matches }) => matches))
    return light.matches ? 'vscode-high-contrast-light' : 'vscode-high-contrast';
  return light.matches ? 'vscode-light' : 'vscode-dark';
}

/** Gives a document the system's theme, and paper the light one. `media/themes.css` has the colours. */
export function themed({ documentElement: root, body }: Document): void {
  const paint = (theme: Theme) => {
    root.dataset['theme'] = theme;
    // An editor gives a high contrast theme of light colours both classes.
    const isLightContrast = theme === 'vscode-high-contrast-light';
    body.className = isLightContrast ? 'vscode-high-contrast vscode-high-contrast-light' : theme;
    body.dataset['vscodeThemeKind'] = theme;
  };
  const follow = () => paint(preferred());
  for (const query of [light, ...contrast]) query.addEventListener('change', follow);
  window.addEventListener('beforeprint', () => paint('vscode-light'));
  window.addEventListener('afterprint', follow);
  follow();
}
