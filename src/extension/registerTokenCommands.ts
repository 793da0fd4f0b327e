import * as vscode from 'vscode';
import type { InspectionController } from './inspection/controller';
import type { Panel } from './panel/panel';
import type { TokenView } from './panel/tokenView';

/** How long a sentence stays in the status bar, milliseconds. */
const statusBarTime = 8000;

/** Commands on the present inspection. Those with a position among its tokens are the links of the hover. */
export function registerTokenCommands(controller: InspectionController, panel: Panel, tokenView: TokenView): vscode.Disposable {
  /** The token that a link was made for; a hover may stay open over another inspection. */
  const at = (position: unknown, id: unknown) => {
    const token = typeof position === 'number' ? controller.state.text?.tokens[position] : undefined;
    if (token?.id === id) return token;
    vscode.window.setStatusBarMessage(vscode.l10n.t('This hover was of an inspection that is not shown any more.'), statusBarTime);
    return undefined;
  };
  const choose = (position: unknown, id: unknown): boolean => {
    const token = at(position, id);
    if (token) void controller.intend({ type: 'choosePosition', position: token.index });
    return token !== undefined;
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.clear', () => controller.reset()),
    vscode.commands.registerCommand('vectorscope.refresh', () => controller.intend({ type: 'refresh' })),
    vscode.commands.registerCommand('vectorscope.pin', () => tokenView.pin(true)),
    vscode.commands.registerCommand('vectorscope.unpin', () => tokenView.pin(false)),
    vscode.commands.registerCommand('vectorscope.inspectToken', (position: unknown, id: unknown) => {
      if (!choose(position, id)) return;
      tokenView.pin(false);
      tokenView.show();
    }),
    vscode.commands.registerCommand('vectorscope.showInPanel', (position: unknown, id: unknown) => {
      if (choose(position, id)) panel.show();
    }),
    vscode.commands.registerCommand('vectorscope.copyToken', async (position: unknown, id: unknown, count: unknown) => {
      const token = at(position, id);
      if (!token) return;
      const sharing = controller.state.text?.tokens.slice(token.index, token.index + (typeof count === 'number' ? count : 1)) ?? [];
      await vscode.env.clipboard.writeText(new TextDecoder().decode(Uint8Array.from(sharing.flatMap(({ bytes }) => bytes))));
    }),
  );
}
