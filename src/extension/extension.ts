import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import type { Intent, PanelState } from '../shared/panel';
import { readAt } from './editor/reading';
import { registerDocumentTracking } from './editor/registerDocumentTracking';
import { registerInspectSelection } from './editor/registerInspectSelection';
import { EngineWorker } from './engineWorker';
import { Failures } from './failures';
import { InspectionController } from './inspection/controller';
import { initialOptions } from './inspection/views';
import { Panel } from './panel/panel';
import { registerOpenPanel, registerPanelSerializer } from './panel/registerPanel';
import { registerShowLog } from './registerShowLog';
import { describeModel, limits, modelRequest } from './settings';
import type { TestApi } from './testApi';

let ended: (() => Promise<void>) | undefined;

/** Only wires: the engine's worker starts with the first request. */
export function activate({ extensionPath, extensionUri, subscriptions }: vscode.ExtensionContext): TestApi {
  const start = performance.now();
  const log = vscode.window.createOutputChannel('Vectorscope', { log: true });
  const worker = new EngineWorker(
    () => new Worker(vscode.Uri.joinPath(extensionUri, 'dist', 'node', 'worker.mjs').fsPath),
    log,
    () => vscode.l10n.t('The engine stopped unexpectedly. Inspect again to start it anew.'),
  );
  ended = () => worker.dispose();
  const failures = new Failures(log);
  const changes = new vscode.EventEmitter<PanelState>();

  const controller = new InspectionController(
    worker.engine,
    {
      limits,
      request: () => modelRequest(extensionPath),
      describe: describeModel,
      read: (place) => readAt(place, limits().contextTokens),
      failed: (error) => failures.tell(error),
    },
    (change, state) => {
      panel.changed(change);
      changes.fire(state);
    },
    { ...initialOptions, ...limits() },
  );

  const intend = (intent: Exclude<Intent, { type: 'ready' }>) => {
    if (intent.type === 'copy') void vscode.env.clipboard.writeText(intent.text);
    else if (intent.type === 'showLog') log.show();
    else void controller.intend(intent);
  };
  const panel: Panel = new Panel(extensionUri, {
    state: () => controller.state,
    drawn: () => void controller.announce(),
    intend,
    refused: () => log.warn('The panel sent a message of an unknown form.'),
    closed: () => controller.reset(),
  });

  subscriptions.push(
    log,
    changes,
    panel,
    registerInspectSelection(controller, panel, log),
    registerOpenPanel(panel),
    registerShowLog(log),
    registerPanelSerializer(panel, controller),
    registerDocumentTracking(controller),
  );

  return {
    activation: performance.now() - start,
    engineStarted: () => worker.started,
    panelState: () => controller.state,
    onDidChangeState: changes.event,
    receive: (message) => panel.receive(message),
    killWorker: () => worker.kill(),
  };
}

/** Settles when the worker has ended. */
export const deactivate = (): Promise<void> | undefined => ended?.();
