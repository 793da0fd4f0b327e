import { host } from '#host';
import * as vscode from 'vscode';
import type { PanelState } from '../shared/panel';
import { LayersBackend } from './backend/backend';
import { GpuRelay } from './backend/relay';
import { RememberedSpeeds } from './backend/rememberedSpeeds';
import { RevealedText } from './editor/cursor/revealedText';
import { insertAt } from './editor/inFront';
import { Marks } from './editor/marks/marks';
import { open, readAt, wholeDocument } from './editor/reading';
import { EngineWorker } from './engineWorker';
import { Exporter } from './export/exporter';
import { FileHashes } from './export/fileHashes';
import { editorOutlet } from './export/saving';
import { Failures, failureSentence } from './failures';
import type { HandlerTimes } from './handlerTimes';
import { Hub } from './hub/hub';
import type { HubFeature } from './hub/registerHub';
import { recentRepositories } from './hub/repositorySearch';
import { InspectionController } from './inspection/controller';
import { otherIn } from './inspection/inspections';
import { DocumentKeeper } from './inspection/keptDocument';
import { keepInspections, keptInspections } from './inspection/keptInspections';
import { KeptVectors } from './inspection/keptVectors';
import { initialChoices } from './inspection/views';
import { intents } from './intents';
import { LongWork } from './longWork';
import { ModelFiles } from './modelFile/modelFiles';
import { defaultPath } from './modelPath';
import { describeModel, instructions, modelRequest, nameOfModel } from './modelsView/chosenModel';
import { askToDownload } from './modelsView/dialogs';
import { HeaderReader } from './modelsView/headers';
import { recentlyCompared, RememberedModels, type ChosenFile } from './modelsView/remembered';
import { Panel } from './panel/panel';
import { TokenView } from './panel/tokenView';
import { logEntry } from './plainText';
import { withServers } from './served';
import { withNewKey } from './servers/askServer';
import { agreedServers, ServerKeys } from './servers/keys';
import { notTrusted } from './servers/trust';
import { backendChoice, hubAddress, idleMinutes, optionsOfSettings } from './settings';
import type { Shown } from './shown';

type Log = vscode.LogOutputChannel;

interface Times {
  readonly handlers: HandlerTimes;
  readonly hovers: HandlerTimes;
}

/** The extension, once all of it is made. */
export interface Parts
  extends
    ReturnType<typeof createEngine>,
    ReturnType<typeof createInspection>,
    ReturnType<typeof createHub>,
    ReturnType<typeof createViews>,
    ReturnType<typeof createModelFiles> {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly times: Times;
}

/** The process of the model, the choice of its backend, and the process that reads headers. */
export function createEngine({ extension, extensionUri, globalState, secrets }: vscode.ExtensionContext, log: Log) {
  const worker = new EngineWorker(() => host.startEngine(extensionUri, 'model'), log, {
    lost: () => vscode.l10n.t('The engine stopped unexpectedly. Inspect again to start it again.'),
    hung: () => vscode.l10n.t('The engine stopped answering and was ended. Inspect again to start it again.'),
    idleMinutes,
  });
  const relay = new GpuRelay();
  const { version } = extension.packageJSON as { readonly version: string };
  const keys = new ServerKeys(secrets);
  const served = withServers(worker.engine, {
    keyOf: (address) => keys.of(address),
    isTrusted: () => vscode.workspace.isTrusted,
    notTrusted,
  });
  const backend = new LayersBackend(served, {
    choice: backendChoice,
    pageIsThere: () => relay.pageIsThere,
    remembered: new RememberedSpeeds(globalState, host.machine(), version),
    log,
  });
  const memoryNoted = new vscode.EventEmitter<void>();
  worker.listen({
    ended: () => {
      relay.engineEnded();
      backend.unloaded();
    },
    noted: () => memoryNoted.fire(),
    backend: (state) => backend.noted(state),
    gpu: (message, answer) => relay.fromEngine(message, answer),
  });
  // In a browser the worker describes a file that it has loaded or refused: it holds all of it already.
  const headers = host.readsHeaders
    ? new HeaderReader(
        () => host.startEngine(extensionUri, 'headers'),
        log,
        () => worker.memory ?? 0,
      )
    : null;
  const hashes = new FileHashes(globalState, host.machine(), worker, (error) =>
    log.error(`While a model file was hashed: ${logEntry(error)}`),
  );
  const scriptOf = async (file: string) =>
    new TextDecoder().decode(
      await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', 'python', file)),
    );
  const surroundings = { version, hashOf: hashes.of, scriptOf };
  return { engine: backend.engine, worker, backend, relay, headers, memoryNoted, keys, hashes, surroundings };
}

/**
 * What asks the Hub. It has a process of its own: a download goes on while other models are loaded, and does not hold
 * up the one in use.
 */
export function createHub(
  { extensionUri, globalState, globalStorageUri, secrets }: vscode.ExtensionContext,
  { failures }: ReturnType<typeof createInspection>,
  log: Log,
) {
  const quiet = {
    info: () => undefined,
    error: (line: string) => log.error(`While the Hub was asked: ${line}`),
  };
  const hubWorker = new EngineWorker(() => host.startEngine(extensionUri, 'headers'), quiet, {
    lost: () =>
      vscode.l10n.t(
        'The process that reads from the Hub ended unexpectedly. Try again: the part already downloaded is kept.',
      ),
    hung: () => vscode.l10n.t('The process that reads from the Hub stopped answering and was ended. Try again.'),
    idleMinutes: () => hubIdle,
  });
  const folder = vscode.Uri.joinPath(globalStorageUri, 'hub').fsPath;
  const hub: HubFeature = {
    hub: new Hub({ engine: hubWorker.engine, tokens: new ServerKeys(secrets, 'hub'), address: hubAddress, folder }),
    recent: recentRepositories(globalState),
    folder,
    tell: (error, sentence, ways) => failures.tellApart(error, sentence, ways),
  };
  return { hub, hubWorker };
}

/** How long the process for the Hub stays without a request. Minutes. */
const hubIdle = 1;

/** The inspection, the choice of its model, and the report of its failures. */
export function createInspection(
  { extension, extensionPath, globalState, workspaceState, storageUri, globalStorageUri }: vscode.ExtensionContext,
  { engine, worker, backend, keys }: ReturnType<typeof createEngine>,
  log: Log,
) {
  const left = ({ server }: ChosenFile) =>
    void (server && keys.forget(server.address).catch((error: unknown) => log.error(logEntry(error))));
  const remembered = new RememberedModels(globalState, host.machine(), left, workspaceState);
  const compared = recentlyCompared(globalState, host.machine());
  const wanted = () => modelRequest(extensionPath, remembered);
  const keptVectors = new KeptVectors(globalState);
  const agreed = agreedServers(workspaceState);
  const failures = new Failures(log, wanted);
  const failed = (error: unknown, path?: string) => void failures.tell(error, path);
  const { version } = extension.packageJSON as { readonly version: string };
  const document = vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'document');
  const keeper = new DocumentKeeper({
    read: () => vscode.workspace.fs.readFile(document),
    write: (bytes) => vscode.workspace.fs.writeFile(document, bytes),
    open: async (uri) => wholeDocument({ document: await open(uri) }).source,
    fileOf: async (model) => {
      const [path] = JSON.parse(model) as readonly [string];
      const file = await vscode.workspace.fs.stat(vscode.Uri.file(path)).then(undefined, () => null);
      return JSON.stringify([version, file?.size, file?.mtime]);
    },
    failed: (error) => log.error(`While the measurement of a document was kept: ${logEntry(error)}`),
  });
  const changes = new vscode.EventEmitter<Partial<PanelState>>();
  const inspectionsChanged = new vscode.EventEmitter<void>();
  const options = optionsOfSettings();
  const work = new LongWork(engine, {
    get state() {
      return controller.state;
    },
    intend: (intent) => void controller.intend(intent),
  });
  changes.event(work.look);
  const controller: InspectionController = new InspectionController(
    work.engine,
    {
      request: wanted,
      describe: describeModel,
      ask: (download) => void askToDownload(download, () => void controller.intend({ type: 'download' })),
      read: readAt,
      insert: insertAt,
      isAgreed: (address) => agreed.of(address) !== null,
      agree: (address) => void agreed.add(address),
      failed: (error) => failures.tell(error, wanted().path, true),
      failedOther: (error) => failures.tellOfOther(error),
      comparisonEnded: (name) =>
        vscode.l10n.t('The comparison with {0} ended with the model that was loaded before.', name),
      // A browser's files are no paths of a disk.
      ...(host.kind === 'node' && {
        tokenizers: () =>
          [{ path: defaultPath(extensionPath) }, ...remembered.files.filter(({ server }) => !server)]
            .filter(({ path }) => path !== wanted().path)
            .map(({ path, name = nameOfModel(path) }: ChosenFile) => ({ path, name })),
      }),
      l10n: vscode.l10n,
      keptVectors,
      keeper,
      notFollowed: () =>
        vscode.l10n.t(
          'Edits are not followed: the model runs on a server, which would get the text at every change. Inspect it again once you have changed it.',
        ),
    },
    { changed: (change) => changes.fire(change), inspectionsChanged: () => inspectionsChanged.fire() },
    { ...options, ...initialChoices },
  );
  controller.bringBack(keptInspections(workspaceState, version));
  const keepList = () => keepInspections(workspaceState, version, controller.inspections.all);
  inspectionsChanged.event(() => void keepList());
  worker.listen({ ended: () => controller.unloaded() });
  backend.listen((view) => controller.backendChanged(view));
  const shown: Shown = {
    get state() {
      return controller.state;
    },
    get document() {
      return controller.placedDocument;
    },
    onDidChange: changes.event,
  };
  return {
    controller,
    work,
    shown,
    changes,
    inspectionsChanged,
    options,
    remembered,
    compared,
    agreed,
    keepList,
    keptVectors,
    wanted,
    failures,
    failed,
  };
}

/** What draws the inspection: the marks and the selection in the editor, the panel and the view in the side bar. */
export function createViews(
  { extensionUri }: vscode.ExtensionContext,
  { engine, backend, relay, keys, surroundings }: ReturnType<typeof createEngine>,
  { controller, shown, failures, failed, wanted }: ReturnType<typeof createInspection>,
  { handlers }: Times,
  log: Log,
) {
  const marks = new Marks(shown, (uri) => otherIn(uri, controller), handlers.measure);
  const revealed = new RevealedText(shown);
  const exporter = new Exporter(
    engine,
    controller,
    editorOutlet,
    (error) => failures.tellOfExport(error),
    surroundings,
  );
  const showGeometry = () => failures.showGeometry();
  const changeKey = () => failures.changeKey();
  const page = {
    intend: intents({ controller, log, marks, revealed, exporter, showGeometry, changeKey }),
    drawn: () => void controller.announce(),
    left: () => marks.point(null),
    refused: () => log.warn('A view sent a message of an unknown form.'),
  };
  const panel = new Panel(extensionUri, shown, {
    ...page,
    drawn: () => {
      page.drawn();
      backend.pageCame();
    },
    left: () => {
      page.left();
      void controller.intend({ type: 'inView', parts: {} });
    },
    // A browser's engine has a GPU of its own.
    ...(host.kind === 'node' && { gpu: relay }),
  });
  const tokenView = new TokenView(extensionUri, { ...page, followed: controller });
  const unload = async () => void (await vscode.commands.executeCommand('vectorscope.unloadModel'));
  const again = (path: string) =>
    void (path === wanted().path
      ? controller.intend({ type: 'download' })
      : vscode.commands.executeCommand('vectorscope.useModel', path));
  failures.offer({
    show: (path) => void vscode.commands.executeCommand('vectorscope.useModelGeometry', path),
    again,
    changeKey: (address) => void withNewKey(address, { keys, unload, again }).catch(failed),
    // A model that was there before is loaded again, and the sentence goes.
    isInSight: () => panel.visible,
    isSaid: (code) => panel.visible && (code === 'server-failed' || controller.state.model === null),
  });
  const tokensCounted = new vscode.EventEmitter<string | null>();
  return { marks, revealed, exporter, panel, tokenView, prefetched: new vscode.EventEmitter<void>(), tokensCounted };
}

/** Seconds that the header of a file may take: a browser brings all of the file first. */
const longestHeader = host.readsHeaders ? 20 : 180;

/** The model files that are open as documents, each with a process and an inspection of its own. */
export function createModelFiles(
  { extensionUri }: vscode.ExtensionContext,
  { worker, hashes, surroundings }: ReturnType<typeof createEngine>,
  { controller, failures, wanted, keptVectors }: ReturnType<typeof createInspection>,
  log: Log,
) {
  const told = (error: unknown) => {
    log.error(`While a model file was read: ${logEntry(error)}`);
    return failureSentence(error);
  };
  const modelFiles = new ModelFiles({
    extensionUri,
    log,
    surroundings,
    exportFailed: (error) => failures.tellOfExport(error),
    refused: () => log.warn('The page of a model file sent a message of an unknown form.'),
    open: {
      spawn: () => host.startEngine(extensionUri, 'model'),
      log: { info: () => undefined, error: (line) => log.error(`While a model file was read: ${line}`) },
      lost: () =>
        vscode.l10n.t(
          'The process that reads this file ended unexpectedly. Close the file and open it again. If it ends again, the file may be damaged, or the memory too small.',
        ),
      told,
      longest: longestHeader,
      freed: () => worker.memory ?? 0,
      idleMinutes,
      instructions,
      hashes,
      isInUse: (path) => controller.state.loaded && wanted().path === path,
      options: () => ({ ...optionsOfSettings(), ...initialChoices }),
      describe: describeModel,
      // The one model that has to be downloaded is no file that a person could open.
      ask: () => undefined,
      read: readAt,
      insert: insertAt,
      isAgreed: () => false,
      agree: () => undefined,
      failedOther: told,
      comparisonEnded: () => '',
      notFollowed: () => '',
      l10n: vscode.l10n,
      keptVectors,
    },
  });
  return { modelFiles };
}
