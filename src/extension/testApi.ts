import type { Event, PreparedToolInvocation } from 'vscode';
import type { PanelState } from '../shared/panel';
import { tools } from '../tools/list';
import { prepared } from './agents/prepared';
import type { Parts } from './parts';
import { toolsUseServers } from './settings';
import type { Shown } from './shown';

export type TestApi = ReturnType<typeof testApi>;

/**
 * What `activate` returns in a build for tests, so that they can wait for events in a real editor. It shows the
 * person's text, so what is shipped returns nothing.
 */
export const testApi = (
  {
    worker,
    controller,
    shown,
    panel,
    tokenView,
    marks,
    memoryNoted,
    prefetched,
    tokensCounted,
    times,
    remembered,
    wanted,
    modelFiles,
  }: Parts,
  /** How long `activate` took, milliseconds. */
  activation: number,
) => ({
  activation,
  /** Whether the engine's worker was ever started. */
  engineStarted: () => worker.started,
  /** How many calls of the engine were made. */
  engineCalls: () => worker.calls,
  /** Whether a call of the engine waits for its answer. */
  engineBusy: () => worker.busy,
  /** The worker's memory, bytes; null if there is no worker or that is not known yet. */
  engineMemory: () => worker.memory,
  onDidNoteMemory: memoryNoted.event,
  /** How long each answer to an event of the editor took since the last call, milliseconds. */
  handlerTimes: () => times.handlers.take(),
  /** The same of hovers, their waiting included. */
  hoverTimes: () => times.hovers.take(),
  /** Fires when nothing is left to prefetch for hovers. */
  onDidPrefetch: prefetched.event,
  /** Fires with the count of tokens that the status bar shows; null if it shows none. */
  onDidCountTokens: tokensCounted.event,
  /** The tokens on the text. */
  marks,
  inspections: () => controller.inspections.all,
  panelState: () => controller.state,
  sideState: () => tokenView.state,
  onDidChangeState: stateEvent(shown),
  /** Hands a message to the extension as the panel would. */
  receive: (message: unknown) => panel.receive(message),
  /** Hands a message to the extension as the view in the side bar would. */
  receiveFromSide: (message: unknown) => tokenView.receive(message),
  /** The model files that are open as documents. */
  modelFiles: () => modelFiles.open,
  /** Ends the engine's worker as a crash would. */
  killWorker: () => worker.kill(),
  /** Chooses a model on a server, as the last step of *Connect to a Server* does. It is not loaded yet. */
  chooseServer: (address: string) => remembered.choose({ path: address, server: { address } }),
  /** What the editor shows before a call of a tool. */
  preparedTool(name: string, input: unknown): PreparedToolInvocation {
    const tool = tools.find((one) => one.name === name);
    return tool ? prepared(tool, input, wanted(), toolsUseServers()) : {};
  },
});

const stateEvent =
  (shown: Shown): Event<PanelState> =>
  (listener, self, disposables) =>
    shown.onDidChange(() => void listener.call(self, shown.state), undefined, disposables);
