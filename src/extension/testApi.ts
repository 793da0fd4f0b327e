import type { Event, PreparedToolInvocation } from 'vscode';
import type { PanelState, SideState } from '../shared/panel';
import { tools } from '../tools/list';
import { prepared } from './agents/prepared';
import type { Marks } from './editor/marks/marks';
import type { PastInspection } from './inspection/inspections';
import type { Parts } from './parts';
import { toolsUseServers } from './settings';

/**
 * What `activate` returns in a build for tests, so that they can wait for events in a real editor. It shows the
 * person's text, so what is shipped returns nothing.
 */
export interface TestApi {
  /** How long `activate` took, milliseconds. */
  readonly activation: number;
  /** Whether the engine's worker was ever started. */
  engineStarted(): boolean;
  /** How many calls of the engine were made. */
  engineCalls(): number;
  /** Whether a call of the engine waits for its answer. */
  engineBusy(): boolean;
  /** The worker's memory, bytes; null if there is no worker or that is not known yet. */
  engineMemory(): number | null;
  readonly onDidNoteMemory: Event<void>;
  /** How long each answer to an event of the editor took since this was asked last, milliseconds. */
  handlerTimes(): readonly number[];
  /** The same of hovers, their waiting included. */
  hoverTimes(): readonly number[];
  /** Nothing is left to be fetched for hovers to come. */
  readonly onDidPrefetch: Event<void>;
  /** The tokens on the text. */
  readonly marks: Pick<Marks, 'drawn' | 'onDidDraw'>;
  inspections(): readonly PastInspection[];
  panelState(): PanelState;
  sideState(): SideState;
  readonly onDidChangeState: Event<PanelState>;
  /** Hands a message to the extension as the panel would, and as the view in the side bar would. */
  receive(message: unknown): void;
  receiveFromSide(message: unknown): void;
  /** Ends the engine's worker as a crash would. */
  killWorker(): Promise<void>;
  /** Chooses a model on a server, as the last step of *Connect to a Server* does. It is not loaded yet. */
  chooseServer(address: string): Promise<void>;
  /** What the editor shows before a call of a tool. */
  preparedTool(name: string, input: unknown): PreparedToolInvocation;
}

export const testApi = (
  { worker, controller, shown, panel, tokenView, marks, memoryNoted, prefetched, times, remembered, wanted }: Parts,
  activation: number,
): TestApi => ({
  activation,
  engineStarted: () => worker.started,
  engineCalls: () => worker.calls,
  engineBusy: () => worker.busy,
  engineMemory: () => worker.memory,
  onDidNoteMemory: memoryNoted.event,
  handlerTimes: () => times.handlers.take(),
  hoverTimes: () => times.hovers.take(),
  onDidPrefetch: prefetched.event,
  marks,
  inspections: () => controller.inspections.all,
  panelState: () => controller.state,
  sideState: () => tokenView.state,
  onDidChangeState: (listener, self, disposables) =>
    shown.onDidChange(() => void listener.call(self, shown.state), undefined, disposables),
  receive: (message) => panel.receive(message),
  receiveFromSide: (message) => tokenView.receive(message),
  killWorker: () => worker.kill(),
  chooseServer: (address) => remembered.choose({ path: address, server: { address } }),
  preparedTool(name, input) {
    const tool = tools.find((one) => one.name === name);
    return tool ? prepared(tool, input, wanted(), toolsUseServers()) : {};
  },
});
