import type { TextRequest } from '../../../shared/tokens';
import type { Engine } from '../../../shared/engine';
import type { InView } from '../../../shared/instruments';
import type { PanelState } from '../../../shared/panel';

export type Reading = Required<Pick<TextRequest, 'text' | 'plain' | 'limit'>>;

/** What an instrument works with. */
export interface Bench {
  readonly engine: Engine;
  state(): PanelState;
  /** What the run of the state was made from; null where there is no run. */
  request(): TextRequest | null;
  /** The inspected text as it is read, without its context; null where there is none. */
  reading(): Reading | null;
  /** The model that the numbers come from is in memory, no other is wanted, and no inspection is under way. */
  isReady(): boolean;
  /** Resolves once the engine has a model. */
  ready(): Promise<void>;
  change(change: Partial<PanelState>): void;
  /** A token is chosen, null for the position's own. */
  chooseToken(id: number | null): void;
  /** Says what failed, and nothing of what was cancelled. */
  report(error: unknown): void;
  /** Logs what failed and returns a sentence for a person. */
  failed(error: unknown): string;
}

/** What of the page is in sight. */
export interface Sight {
  readonly now: InView;
}
