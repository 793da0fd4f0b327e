import { host } from '#host';
import * as vscode from 'vscode';
import { handle, type Handlers, type Intent } from '../../shared/intents';
import type { PanelState } from '../../shared/panel';
import { Exporter, type ExportSurroundings } from '../export/exporter';
import { editorOutlet } from '../export/saving';
import { intents } from '../intents';
import type { SurfaceIntent } from '../panel/surface';
import type { OpenFile } from './openFile';

type OwnIntentName =
  | ('loadGeometry' | 'useFile' | 'compareFile' | 'measureTensor' | 'stopTensor')
  | ('inspect' | 'inspectDocument' | 'openSample' | 'compareModels' | 'compareSelection');

export interface FileEffects {
  readonly log: { show(): void };
  /** Tells of an export that failed. */
  exportFailed(error: unknown): void;
  readonly surroundings: ExportSurroundings;
}

const nothing = () => undefined;

/** Answers the intents of the pages that show a model file. Those about a text in an editor do nothing. */
export function fileIntents(uri: vscode.Uri, { reading, controller, engine }: OpenFile, effects: FileEffects) {
  const command = (name: string) => () => void vscode.commands.executeCommand(name, host.placeOf(uri));
  const own: Handlers<OwnIntentName> = {
    loadGeometry: () => controller.intend({ type: 'load' }),
    useFile: command('vectorscope.useModel'),
    compareFile: command('vectorscope.compareModel'),
    measureTensor: ({ name }) => reading.measure(name),
    stopTensor: ({ name }) => reading.stop(name),
    inspect: nothing,
    inspectDocument: nothing,
    openSample: nothing,
    compareModels: nothing,
    compareSelection: nothing,
  };
  const isOwn = (intent: SurfaceIntent): intent is Intent<OwnIntentName> => Object.hasOwn(own, intent.type);
  const others = intents({
    controller,
    log: effects.log,
    marks: { point: nothing, flash: nothing },
    revealed: { reveal: () => Promise.resolve(), revealPlace: () => Promise.resolve() },
    exporter: new Exporter(
      engine,
      controller,
      editorOutlet,
      (error) => effects.exportFailed(error),
      effects.surroundings,
    ),
    showGeometry: nothing,
    changeKey: nothing,
  });
  return (intent: SurfaceIntent, shown: PanelState): void => {
    if (isOwn(intent)) void handle(own, intent);
    else others(intent, shown);
  };
}
