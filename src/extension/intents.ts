import { host } from '#host';
import * as vscode from 'vscode';
import { handle, type Handlers } from '../shared/intents';
import type { PanelState } from '../shared/panel';
import type { RevealedText } from './editor/cursor/revealedText';
import type { Marks } from './editor/marks/marks';
import type { Exporter } from './export/exporter';
import type { InspectionController } from './inspection/controller';
import { nameOfModel } from './modelsView/chosenModel';
import { pathFromDialog } from './modelsView/dialogs';
import type { SurfaceIntent, SurfaceIntentName } from './panel/surface';

export interface Effects {
  readonly controller: InspectionController;
  readonly log: { show(): void };
  readonly marks: Pick<Marks, 'point' | 'flash'>;
  readonly revealed: Pick<RevealedText, 'reveal' | 'revealPlace'>;
  readonly exporter: Pick<Exporter<vscode.Uri>, 'answer' | 'copyPython' | 'copyText' | 'exportLab'>;
  /** Loads the geometry of the model that could not be run. */
  showGeometry(): void;
  /** Asks for another key of the server that refused one. */
  changeKey(): void;
}

const nothing = () => undefined;
const command =
  (name: string, ...given: unknown[]) =>
  () =>
    void vscode.commands.executeCommand(name, ...given);

/** Answers the intents of the views. The controller changes the state; the rest happens in the editor. */
export function intents({ controller, log, marks, revealed, exporter, showGeometry, changeKey }: Effects) {
  const state = controller.handlers;
  const handlers: Handlers<SurfaceIntentName, [PanelState]> = {
    ...state,
    choosePosition(intent, shown) {
      void revealed.reveal(intent.position);
      // If the mark does not move, only the flash shows that the click had an effect.
      if (shown.position === intent.position) marks.flash(intent.position);
      return state.choosePosition(intent);
    },
    copy: (intent, shown) => exporter.copyText(intent, shown),
    inspectDocument: command('vectorscope.inspectDocument'),
    revealInDocument(range) {
      const place = controller.placeInDocument(range);
      if (place) void revealed.revealPlace(place, { focus: false });
    },
    point: ({ position }) => marks.point(position),
    export: (intent, shown) => exporter.answer(intent, shown),
    // A browser's file system has no path that Python knows.
    copyPython: (intent, shown) =>
      exporter.copyPython(intent, shown, (path) =>
        host.kind === 'web' ? path.slice(path.lastIndexOf('/') + 1) : path,
      ),
    savePicture: (intent, shown) => exporter.answer(intent, shown),
    exportLab: (intent, shown) => exporter.exportLab(intent, shown),
    showLog: () => log.show(),
    showSettings: command('workbench.action.openSettings', 'vectorscope.modelFile'),
    showGeometry,
    changeKey,
    showModels: command('vectorscope.models.focus'),
    manageTrust: command('workbench.trust.manage'),
    compareSelection: command('vectorscope.compareTexts'),
    compareModels: command('vectorscope.compareModels'),
    async openTokenizer() {
      const path = await pathFromDialog('tokenizer', vscode.l10n.t('Compare'));
      if (path !== undefined) await controller.besideTokenizer({ path, name: nameOfModel(path) });
    },
    openSample: command('vectorscope.openSample'),
    openGuide: command('vectorscope.openGuide'),
    inspect: command('vectorscope.inspectSelection'),
    openPanel: command('vectorscope.openPanel'),
    // Only the page of a model file has these.
    loadGeometry: nothing,
    useFile: nothing,
    compareFile: nothing,
    measureTensor: nothing,
    stopTensor: nothing,
  };
  return (intent: SurfaceIntent, shown: PanelState): void => void handle(handlers, intent, shown);
}
