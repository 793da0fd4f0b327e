import * as vscode from 'vscode';
import type { InspectionController } from './inspection/controller';
import type { Panel } from './panel/panel';
import type { TokenView } from './panel/tokenView';

/** Commands on the present inspection. Those with a position among its tokens are the links of the hover. */
export function registerTokenCommands(controller: InspectionController, panel: Panel, tokenView: TokenView): vscode.Disposable {
  const at = (position: unknown) => (typeof position === 'number' ? controller.state.text?.tokens[position] : undefined);
  const choose = (position: unknown) => {
    const token = at(position);
    if (token) void controller.intend({ type: 'choosePosition', position: token.index });
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('vectorscope.clear', () => controller.reset()),
    vscode.commands.registerCommand('vectorscope.refresh', () => controller.intend({ type: 'refresh' })),
    vscode.commands.registerCommand('vectorscope.pin', () => tokenView.pin(true)),
    vscode.commands.registerCommand('vectorscope.unpin', () => tokenView.pin(false)),
    vscode.commands.registerCommand('vectorscope.inspectToken', (position: unknown) => {
      choose(position);
      tokenView.pin(false);
      tokenView.show();
    }),
    vscode.commands.registerCommand('vectorscope.showInPanel', (position: unknown) => {
      choose(position);
      panel.show();
    }),
    vscode.commands.registerCommand('vectorscope.copyToken', async (position: unknown) => {
      const token = at(position);
      if (token) await vscode.env.clipboard.writeText(token.text);
    }),
  );
}
