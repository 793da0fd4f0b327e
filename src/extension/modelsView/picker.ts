import * as vscode from 'vscode';
import type { Row } from './rows';

interface Item extends vscode.QuickPickItem {
  readonly act?: () => unknown;
}

/** No name, and no word of a file, brings an icon with it. */
const withoutIcons = (text: string): string => text.replaceAll('$(', '(');

/** Offers the models that are known of, and the ways to others, in the palette. */
export async function pickModel(rows: readonly Row[], use: (path: string) => unknown): Promise<void> {
  const command = (label: string, icon: string, name: string): Item => ({ label: `$(${icon}) ${label}`, act: () => vscode.commands.executeCommand(name) });
  const items: readonly Item[] = [
    ...rows.map(({ path, label, description, icon }) => ({ label: `$(${icon}) ${withoutIcons(label)}`, description: withoutIcons(description), detail: withoutIcons(path), act: () => use(path) })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    command(vscode.l10n.t('Open file…'), 'file-add', 'vectorscope.openModelFile'),
    command(vscode.l10n.t('Open folder…'), 'folder-opened', 'vectorscope.openModelFolder'),
    command(vscode.l10n.t('Look for models'), 'search', 'vectorscope.findModels'),
  ];
  const chosen = await vscode.window.showQuickPick<Item>([...items], { placeHolder: vscode.l10n.t('Choose a model'), matchOnDescription: true, matchOnDetail: true });
  await chosen?.act?.();
}
