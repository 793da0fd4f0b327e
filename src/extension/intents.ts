import * as vscode from 'vscode';
import type { PanelState } from '../shared/panel';
import type { RevealedText } from './editor/cursor/revealedText';
import type { Marks } from './editor/marks/marks';
import type { Exporter } from './export/exporter';
import type { InspectionController } from './inspection/controller';
import type { SurfaceIntent } from './panel/surface';

export interface Effects {
  readonly controller: InspectionController;
  readonly log: { show(): void };
  readonly marks: Pick<Marks, 'point' | 'flash'>;
  readonly revealed: Pick<RevealedText, 'reveal'>;
  readonly exporter: Pick<Exporter<vscode.Uri>, 'answer' | 'exportLab'>;
  /** Loads the geometry of the model that could not be run. */
  showGeometry(): void;
  /** Asks for another key of the server that refused one. */
  changeKey(): void;
}

/** Answers the intents of the views. The controller changes the state; the rest happens in the editor. */
export const intents =
  ({ controller, log, marks, revealed, exporter, showGeometry, changeKey }: Effects) =>
  (intent: SurfaceIntent, state: PanelState): void => {
    switch (intent.type) {
      case 'copy':
        return void vscode.env.clipboard.writeText(intent.text);
      case 'showLog':
        return log.show();
      case 'showSettings':
        return void vscode.commands.executeCommand('workbench.action.openSettings', 'vectorscope.modelFile');
      case 'showGeometry':
        return showGeometry();
      case 'changeKey':
        return changeKey();
      case 'showModels':
        return void vscode.commands.executeCommand('vectorscope.models.focus');
      case 'manageTrust':
        return void vscode.commands.executeCommand('workbench.trust.manage');
      case 'openSample':
        return void vscode.commands.executeCommand('vectorscope.openSample');
      case 'openGuide':
        return void vscode.commands.executeCommand('vectorscope.openGuide');
      case 'inspect':
        return void vscode.commands.executeCommand('vectorscope.inspectSelection');
      case 'openPanel':
        return void vscode.commands.executeCommand('vectorscope.openPanel');
      case 'point':
        return marks.point(intent.position);
      case 'export':
      case 'savePicture':
        return void exporter.answer(intent, state);
      case 'pin':
        // The view that can be pinned answers it itself.
        return;
      case 'choosePosition':
        void revealed.reveal(intent.position);
        // Where the mark does not move, nothing else would show that anything was done.
        if (state.position === intent.position) marks.flash(intent.position);
        return void controller.intend(intent);
      case 'exportLab':
        return void exporter.exportLab(intent, state);
      case 'chooseToken':
      case 'setOptions':
      case 'refresh':
      case 'cancel':
      case 'load':
      case 'download':
      case 'find':
      case 'encode':
      case 'inView':
      case 'chooseAxis':
      case 'stepAxis':
      case 'openHead':
      case 'compareWith':
      case 'leaveOut':
      case 'lab':
      case 'cancelLab':
        return void controller.intend(intent);
    }
  };
