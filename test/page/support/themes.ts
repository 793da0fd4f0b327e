/**
 * Themes that come with the editor, the class by which the workbench shows the kind, what a webview calls it, and the
 * theme's name in the settings. `media` is what a system prefers that the page answers with the same theme.
 */
export const themes = {
  'Dark Modern': {
    workbench: 'vs-dark',
    webview: 'vscode-dark',
    setting: 'Dark Modern',
    media: { colorScheme: 'dark', contrast: 'no-preference' },
  },
  'Light Modern': {
    workbench: 'vs',
    webview: 'vscode-light',
    setting: 'Light Modern',
    media: { colorScheme: 'light', contrast: 'no-preference' },
  },
  'Dark High Contrast': {
    workbench: 'hc-black',
    webview: 'vscode-high-contrast',
    setting: 'Default High Contrast',
    media: { colorScheme: 'dark', contrast: 'more' },
  },
  'Light High Contrast': {
    workbench: 'hc-light',
    webview: 'vscode-high-contrast-light',
    setting: 'Default High Contrast Light',
    media: { colorScheme: 'light', contrast: 'more' },
  },
} as const;
export type Theme = keyof typeof themes;
