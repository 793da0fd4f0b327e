import * as vscode from 'vscode';

/** A way to models that are not in the list. */
export interface ModelAction {
  readonly title: string;
  readonly icon: string;
  readonly command: string;
}

/** `find` where there is a disk to look on. */
export const actionsOf = ({ find }: { readonly find: boolean }): readonly ModelAction[] => [
  { title: vscode.l10n.t('Open file…'), icon: 'file-add', command: 'vectorscope.openModelFile' },
  { title: vscode.l10n.t('Open folder…'), icon: 'folder-opened', command: 'vectorscope.openModelFolder' },
  ...(find ? [{ title: vscode.l10n.t('Look for models'), icon: 'search', command: 'vectorscope.findModels' }] : []),
];
