import type { Event } from 'vscode';
import type { PanelState } from '../shared/panel';

/** What `activate` returns, so that tests in a real editor can wait for events instead of sleeping. Nothing else uses it. */
export interface TestApi {
  /** How long `activate` took, milliseconds. */
  readonly activation: number;
  /** Whether the engine's worker was ever started. */
  engineStarted(): boolean;
  panelState(): PanelState;
  readonly onDidChangeState: Event<PanelState>;
  /** Hands a message to the extension as the webview would. */
  receive(message: unknown): void;
  /** Ends the engine's worker as a crash would. */
  killWorker(): Promise<void>;
}
