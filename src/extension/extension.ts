import { host } from '#host';
import * as vscode from 'vscode';
import { setLanguage } from '../shared/format';
import { registerTools } from './agents/registerTools';
import { registerCursorFollowing } from './editor/cursor/revealedText';
import { registerColourBy, registerToggleMarks } from './editor/marks/registerMarks';
import { registerDocumentTracking } from './editor/registerDocumentTracking';
import { registerCompareTexts, registerInspectSelection } from './editor/registerInspectSelection';
import { registerTokenCount } from './editor/tokenCount/registerTokenCount';
import { registerExport } from './export/registerExport';
import { HandlerTimes } from './handlerTimes';
import { registerHover } from './hover/registerHover';
import { registerHub } from './hub/registerHub';
import { NewestTask } from './inspection/newest';
import { registerInspections } from './inspectionsView/registerInspections';
import { registerModelFiles } from './modelFile/modelFiles';
import { defaultPath } from './modelPath';
import { registerModels } from './modelsView/registerModels';
import { registerOpenPanel, registerPanelSerializer } from './panel/panel';
import { tokenViewId } from './panel/tokenView';
import { createEngine, createHub, createInspection, createModelFiles, createViews, type Parts } from './parts';
import { registerContextKeys } from './registerContextKeys';
import { registerTokenCommands } from './registerTokenCommands';
import { registerOpenGuide, registerOpenSample } from './sample/registerOpenSample';
import { registerServers } from './servers/registerServers';
import { registerSettings, backendChoice, hoverPlace, threadsSetting } from './settings';
import { registerStatusBar } from './statusBar/modelStatus';
import { registerModelCommands } from './statusBar/registerModelCommands';
import { testApi, type TestApi } from './testApi';

/**
 * Whether this bundle is made for the host tests: a constant of the build, so that what is shipped holds nothing of
 * their interface.
 */
declare const forTests: boolean;

let ended: (() => Promise<unknown>) | undefined;

/** Starts no work: the engine's process starts with the first request. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const activating = host.stopwatch();
  setLanguage(vscode.env.language, vscode.l10n.bundle !== undefined);
  const log = vscode.window.createOutputChannel('Vectorscope', { log: true });
  const times = { handlers: new HandlerTimes(), hovers: new HandlerTimes() };
  const engine = createEngine(context, log);
  const inspection = createInspection(context, engine, log);
  const hub = createHub(context, inspection, log);
  const views = createViews(context, engine, inspection, times, log);
  const files = createModelFiles(context, engine, inspection, log);
  const parts: Parts = { context, log, times, ...engine, ...inspection, ...hub, ...views, ...files };
  context.subscriptions.push(
    ...owned(parts),
    ...registerInspecting(parts),
    ...registerViews(parts),
    ...registerModelChoice(parts),
    ...registerTools(parts),
  );
  ended = () =>
    Promise.all([
      engine.worker.dispose(),
      engine.headers?.dispose(),
      hub.hubWorker.dispose(),
      files.modelFiles.dispose(),
    ]);
  const activation = activating();
  return forTests ? testApi(parts, activation) : undefined;
}

/** Settles when the engine's processes have ended. */
export const deactivate = (): Promise<unknown> | undefined => ended?.();

/** What ends with the extension, in this order: nothing is logged any more once the failures are gone. */
const owned = (parts: Parts): readonly vscode.Disposable[] => [
  parts.failures,
  parts.log,
  parts.changes,
  parts.work,
  parts.inspectionsChanged,
  parts.prefetched,
  parts.tokensCounted,
  parts.memoryNoted,
  parts.panel,
  parts.marks,
  parts.revealed,
];

/** The commands and events that make an inspection and follow it. */
const registerInspecting = (parts: Parts): readonly vscode.Disposable[] => [
  registerContextKeys(parts.shown),
  registerSettings(parts.options, {
    optionsChanged: (change) => {
      void parts.controller.configure(change);
      parts.modelFiles.configure(change);
    },
    modelChanged: () => void parts.controller.modelChanged(),
    backendChanged: () => parts.backend.choiceChanged(),
    idleTimeChanged: () => parts.worker.rest(),
  }),
  registerInspectSelection(
    parts.controller,
    parts.panel,
    parts.log,
    vscode.Uri.joinPath(parts.context.extensionUri, 'docs'),
  ),
  registerCompareTexts(parts.controller, parts.panel),
  registerTokenCommands(parts.controller, parts.panel, parts.tokenView),
  registerDocumentTracking(parts.controller, parts.times.handlers.measure),
  // Edits have moved texts since they were listed.
  vscode.workspace.onDidSaveTextDocument(() => void parts.keepList()),
  registerCursorFollowing(
    parts.shown,
    parts.revealed,
    (position) => void parts.controller.follow(position),
    parts.times.handlers.measure,
  ),
  registerToggleMarks(parts.marks),
  registerColourBy(parts.shown, (colouring) => void parts.controller.configure({ colouring })),
  registerOpenSample(parts.context.extensionUri),
  registerOpenGuide(parts.context.extensionUri),
];

/** The views, the hover, and the ways out of them. */
const registerViews = (parts: Parts): readonly vscode.Disposable[] => [
  parts.changes.event((change) => parts.tokenView.changed(change)),
  vscode.window.registerWebviewViewProvider(tokenViewId, parts.tokenView),
  registerOpenPanel(parts.panel),
  registerPanelSerializer(parts.panel, parts.controller, parts.shown),
  registerModelFiles(parts.modelFiles),
  parts.changes.event((change) => void (('loaded' in change || 'model' in change) && parts.modelFiles.useChanged())),
  vscode.commands.registerCommand('vectorscope.showLog', () => parts.log.show()),
  parts.changes.event((change) => parts.hashes.changed(change, parts.controller.state)),
  registerHover(parts.shown, parts.engine, {
    place: hoverPlace,
    isBusy: () => parts.worker.busy,
    measure: parts.times.handlers.measure,
    took: (milliseconds) => parts.times.hovers.add(milliseconds),
    prefetched: () => parts.prefetched.fire(),
  }),
  registerTokenCount(parts.shown, parts.worker, parts.times.handlers.measure, (text) => parts.tokensCounted.fire(text)),
  registerExport(parts.exporter, () => parts.controller.state),
  registerInspections({ ...parts, measure: parts.times.handlers.measure }),
];

/** The choice of a model, its loading and unloading, and its item in the status bar. */
function registerModelChoice(parts: Parts): readonly vscode.Disposable[] {
  const { context, controller, engine, worker, headers, hub } = parts;
  const choosing = new NewestTask();
  const load = () => controller.ready();
  // Of loads and unloads the newest wins.
  const unload = () => {
    choosing.cancel();
    controller.letGo();
    return worker.unload();
  };
  const machine = () => ({
    host: host.kind,
    remote: vscode.env.remoteName === undefined ? null : host.machine(),
    memory: worker.memory,
    canShare: host.canShare(),
    threadsSetting: threadsSetting(),
    choice: backendChoice(),
  });
  const describe = headers?.describe ?? engine.describe;
  const models = registerModels({
    ...parts,
    describe,
    choosing,
    load,
    defaultPath: defaultPath(context.extensionPath),
  });
  return [
    models,
    registerHub(models, hub),
    registerServers(models, { ...parts, unload }),
    registerModelCommands({ ...parts, load, unload, machine }),
    registerStatusBar({ ...parts, machine }),
  ];
}
