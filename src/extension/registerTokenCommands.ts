import * as vscode from 'vscode';
import { inDocument } from '../shared/inDocument';
import { say } from './export/saving';
import { type Linked, linkedIn } from './hover/hoverMarkdown';
import type { InspectionController } from './inspection/controller';
import type { Panel } from './panel/panel';
import type { TokenView } from './panel/tokenView';
import { registerCommands } from './registerContextKeys';

/** Commands on the present inspection, the links of the hover among them. */
export function registerTokenCommands(
  controller: InspectionController,
  panel: Panel,
  tokenView: TokenView,
): vscode.Disposable {
  const link =
    (act: (linked: Linked) => unknown) =>
    (...given: readonly unknown[]) => {
      const { text } = controller.state;
      const linked = linkedIn(text ? inDocument(text).tokens : [], given);
      if (!linked) return say(vscode.l10n.t('This hover belongs to an older inspection. Hover again.'));
      return act(linked);
    };
  const choose = ({ position }: Linked) => void controller.intend({ type: 'choosePosition', position });
  const follow = (on: boolean) => controller.intend({ type: 'followEdits', on });
  return registerCommands({
    'vectorscope.clear': () => controller.reset(),
    'vectorscope.refresh': () => controller.intend({ type: 'refresh' }),
    'vectorscope.followEdits': () => follow(true),
    'vectorscope.endFollowing': () => follow(false),
    'vectorscope.inspectToken': link((linked) => {
      choose(linked);
      tokenView.show();
    }),
    'vectorscope.showInPanel': link((linked) => {
      choose(linked);
      panel.goTo('token');
    }),
    // A token may hold only a part of a character's bytes, so the text under the hover is copied.
    'vectorscope.copyToken': link(({ span: { start, end } }) => {
      const subject = controller.shown;
      if (!subject) return;
      const { before, text } = subject;
      return vscode.env.clipboard.writeText((before + text).slice(before.length + start, before.length + end));
    }),
  });
}
