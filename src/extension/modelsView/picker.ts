import * as vscode from 'vscode';
import type { ModelAction } from './actions';
import type { Row } from './rows';

interface Item extends vscode.QuickPickItem {
  readonly act?: () => unknown;
}

/** No name, and no word of a file, brings an icon with it. */
const withoutIcons = (text: string): string => text.replaceAll('$(', '(');

/** Offers the models that are known of, and the ways to others, in the palette. */
export async function pickModel(
  rows: readonly Row[],
  actions: readonly ModelAction[],
  use: (path: string) => unknown,
): Promise<void> {
  const items: readonly Item[] = [
    ...rows.map(({ path, label, description, icon }) => ({
      label: `$(${icon}) ${withoutIcons(label)}`,
      description: withoutIcons(description),
      detail: withoutIcons(path),
      act: () => use(path),
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    ...actions.map(({ title, icon, command }) => ({
      label: `$(${icon}) ${title}`,
      act: () => vscode.commands.executeCommand(command),
    })),
  ];
  const chosen = await vscode.window.showQuickPick<Item>([...items], {
    placeHolder: vscode.l10n.t('Choose a model'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await chosen?.act?.();
}
