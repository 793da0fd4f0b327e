import { host } from '#host';
import * as vscode from 'vscode';
import type { GpuUp } from '../shared/gpu';
import { nothingInView } from '../shared/instruments';
import type { PanelState } from '../shared/panel';
import { LayersBackend } from './backend/backend';
import { GpuRelay } from './backend/relay';
import { RememberedSpeeds } from './backend/remembered';
import { registerCursorFollowing } from './editor/cursor/registerCursorFollowing';
import { RevealedText } from './editor/cursor/revealedText';
import { Marks } from './editor/marks/marks';
import { registerColourBy } from './editor/marks/registerColourBy';
import { registerToggleMarks } from './editor/marks/registerToggleMarks';
import { readAt } from './editor/reading';
import { registerDocumentTracking } from './editor/registerDocumentTracking';
import { registerInspectSelection } from './editor/registerInspectSelection';
import { EngineWorker } from './engineWorker';
import { Exporter } from './export/exporter';
import { registerExport } from './export/registerExport';
import { Failures } from './failures';
import { HandlerTimes } from './handlerTimes';
import { registerHover } from './hover/registerHover';
import { InspectionController } from './inspection/controller';
import { Lane } from './inspection/lane';
import { initialChoices } from './inspection/views';
import { registerInspections } from './inspectionsView/registerInspections';
import { intents } from './intents';
import { describeModel, modelRequest } from './modelsView/chosenModel';
import { defaultPath } from './modelsView/found';
import { HeaderReader } from './modelsView/headers';
import { registerModels } from './modelsView/registerModels';
import { RememberedModels } from './modelsView/remembered';
import { Panel } from './panel/panel';
import { registerOpenPanel, registerPanelSerializer } from './panel/registerPanel';
import { TokenView, tokenViewId } from './panel/tokenView';
import { registerContextKeys, setContextKey } from './registerContextKeys';
import { registerSettings } from './registerSettings';
import { registerShowLog } from './registerShowLog';
import { registerTokenCommands } from './registerTokenCommands';
import { registerOpenSample } from './sample/registerOpenSample';
import { backendChoice, hoverPlace, idleMinutes, optionsOfSettings, threadsSetting } from './settings';
import type { Shown } from './shown';
import { registerModelCommands } from './statusBar/registerModelCommands';
import { registerStatusBar } from './statusBar/registerStatusBar';
import type { TestApi } from './testApi';

/**
 * Whether this bundle is made for the host tests: a constant of the build, so that what is shipped holds nothing of
 * their interface.
 */
declare const forTests: boolean;

let ended: (() => Promise<void>) | undefined;

/** Only wires: the engine's worker starts with the first request. */
export function activate({
  extension,
  extensionPath,
  extensionUri,
  globalState,
  subscriptions,
}: vscode.ExtensionContext): TestApi | undefined {
  const activating = host.stopwatch();
  const log = vscode.window.createOutputChannel('Vectorscope', { log: true });
  const memoryNoted = new vscode.EventEmitter<void>();
  const worker = new EngineWorker(() => host.startEngine(extensionUri, 'model'), log, {
    lost: () => vscode.l10n.t('The engine stopped unexpectedly. Inspect again to start it anew.'),
    hung: () => vscode.l10n.t('The engine stopped answering and was ended. Inspect again to start it anew.'),
    idleMinutes,
    ended: () => {
      relay.engineEnded();
      backend.unloaded();
      controller.unloaded();
    },
    noted: () => memoryNoted.fire(),
    backend: (state) => backend.noted(state),
    gpu: (message, answer) => relay.fromEngine(message, answer),
  });
  const backend: LayersBackend = new LayersBackend(worker.engine, {
    choice: backendChoice,
    pageIsThere: () => panel.isThere,
    changed: (view) => controller.backendChanged(view),
    remembered: new RememberedSpeeds(
      globalState,
      host.machine(),
      (extension.packageJSON as { readonly version: string }).version,
    ),
    log,
  });
  const { engine } = backend;
  // In a browser a file is described by the worker that has loaded it, or has refused to: it holds all of it already.
  const headers = host.readsHeaders
    ? new HeaderReader(
        () => host.startEngine(extensionUri, 'headers'),
        log,
        () => worker.memory ?? 0,
      )
    : null;
  const choosing = new Lane();
  // In everything that loads or unloads the newest wish wins.
  const unload = () => {
    choosing.cancel();
    controller.letGo();
    return worker.unload();
  };
  ended = async () => void (await Promise.all([worker.dispose(), headers?.dispose()]));
  const remembered = new RememberedModels(globalState, host.machine());
  const options = optionsOfSettings();
  const wanted = () => modelRequest(extensionPath, remembered);
  const failures = new Failures(log, {
    wanted,
    show: (path) => void vscode.commands.executeCommand('vectorscope.useModelGeometry', path),
    again: (path) =>
      void (path === wanted().path
        ? controller.intend({ type: controller.state.source ? 'refresh' : 'load' })
        : vscode.commands.executeCommand('vectorscope.useModel', path)),
    // A model that was there before is loaded again, and what is said goes.
    isSaid: () => panel.visible && controller.state.model === null,
  });
  const handlers = new HandlerTimes();
  const hovers = new HandlerTimes();
  const failed = (error: unknown, path?: string) => void failures.tell(error, path);
  const changes = new vscode.EventEmitter<Partial<PanelState>>();
  const states = new vscode.EventEmitter<PanelState>();
  const inspectionsChanged = new vscode.EventEmitter<void>();
  const prefetched = new vscode.EventEmitter<void>();

  const controller: InspectionController = new InspectionController(
    engine,
    {
      request: wanted,
      describe: describeModel,
      read: readAt,
      failed: (error) => failures.tell(error, wanted().path, true),
    },
    {
      changed: (change, state) => {
        panel.changed(change);
        tokenView.changed(change);
        changes.fire(change);
        states.fire(state);
      },
      inspectionsChanged: () => inspectionsChanged.fire(),
    },
    { ...options, ...initialChoices },
  );
  const shown: Shown = {
    get state() {
      return controller.state;
    },
    onDidChange: changes.event,
  };

  const marks = new Marks(shown, handlers.measure);
  const revealed = new RevealedText(shown);
  const exporter = new Exporter(engine, controller, (error) => failures.tell(error).message);
  const intend = intents({
    controller,
    log,
    marks,
    revealed,
    exporter,
    openPanel: () => panel.show(),
    showGeometry: () => failures.showGeometry(),
  });
  const drawn = () => void controller.announce();
  const left = () => marks.point(null);
  const refused = () => log.warn('A view sent a message of an unknown form.');
  const panel: Panel = new Panel(extensionUri, {
    state: () => controller.state,
    drawn: () => {
      drawn();
      backend.pageCame();
    },
    left: () => {
      left();
      relay.pageGone();
      void controller.intend({ type: 'inView', parts: nothingInView });
    },
    intend,
    // A browser's engine has a GPU of its own.
    ...(host.kind === 'node' && { gpu: (message: GpuUp) => relay.fromPage(message) }),
    refused,
  });
  const relay: GpuRelay = new GpuRelay(panel);
  const tokenView: TokenView = new TokenView(extensionUri, engine, {
    followed: controller,
    drawn,
    left,
    intend,
    refused,
    ready: () => controller.ready(),
    failed,
    pinned: (pinned) => setContextKey('vectorscope.pinned', pinned),
  });

  const machine = () => ({
    host: host.kind,
    remote: vscode.env.remoteName === undefined ? null : host.machine(),
    memory: worker.memory,
    canShare: host.canShare(),
    threadsSetting: threadsSetting(),
    choice: backendChoice(),
  });

  subscriptions.push(
    failures,
    log,
    changes,
    states,
    inspectionsChanged,
    prefetched,
    memoryNoted,
    panel,
    marks,
    revealed,
    vscode.window.registerWebviewViewProvider(tokenViewId, tokenView),
    registerContextKeys(shown),
    registerSettings(options, {
      optionsChanged: (change) => void controller.configure(change),
      modelChanged: () => void controller.modelChanged(),
      backendChanged: () => backend.choiceChanged(),
      idleTimeChanged: () => worker.rest(),
    }),
    registerInspectSelection(controller, panel, log),
    registerTokenCommands(controller, panel, tokenView),
    registerOpenPanel(panel),
    registerShowLog(log),
    registerPanelSerializer(panel, controller),
    registerDocumentTracking(controller, handlers.measure),
    registerCursorFollowing(shown, revealed, (position) => void controller.follow(position), handlers.measure),
    registerToggleMarks(marks),
    registerColourBy(shown, (colouring) => void controller.configure({ colouring })),
    registerHover(shown, engine, {
      place: hoverPlace,
      isBusy: () => worker.busy,
      measure: handlers.measure,
      took: (milliseconds) => hovers.add(milliseconds),
      prefetched: () => prefetched.fire(),
    }),
    registerExport(exporter, () => controller.state),
    registerInspections({
      controller,
      shown,
      onDidChangeInspections: inspectionsChanged.event,
      text: revealed,
      panel,
      exporter,
      measure: handlers.measure,
    }),
    registerModels({
      describe: headers?.describe ?? engine.describe,
      choosing,
      shown,
      remembered,
      defaultPath: defaultPath(extensionPath),
      load: () => controller.ready(),
      failed,
    }),
    registerModelCommands({
      shown,
      load: () => controller.ready(),
      cancel: () => void controller.intend({ type: 'cancel' }),
      unload,
      machine,
      isMeasured: () => backend.isMeasured,
      measureAgain: () => backend.measureAgain(),
      failed,
    }),
    registerStatusBar({ shown, machine, onDidNoteMemory: memoryNoted.event }),
    registerOpenSample(extensionUri),
  );

  const activation = activating();
  if (!forTests) return undefined;
  return {
    activation,
    engineStarted: () => worker.started,
    engineCalls: () => worker.calls,
    engineBusy: () => worker.busy,
    engineMemory: () => worker.memory,
    onDidNoteMemory: memoryNoted.event,
    handlerTimes: () => handlers.take(),
    hoverTimes: () => hovers.take(),
    onDidPrefetch: prefetched.event,
    marks,
    inspections: () => controller.inspections.all,
    panelState: () => controller.state,
    sideState: () => tokenView.state,
    onDidChangeState: states.event,
    receive: (message) => panel.receive(message),
    receiveFromSide: (message) => tokenView.receive(message),
    killWorker: () => worker.kill(),
  };
}

/** Settles when the worker has ended. */
export const deactivate = (): Promise<void> | undefined => ended?.();
