import type { Control } from '../../shared/engine';
import type { ServerInfo } from '../../shared/server';

/** A server whose kind is known. Each kind implements it in a file of its own; `connect.ts` chooses. */
export interface ModelServer extends Pick<ServerInfo, 'address' | 'kind' | 'model' | 'gives' | 'contextLength'> {
  /** Width of h, and tokens of the vocabulary; null where the server does not say. */
  readonly dimensions: number | null;
  readonly vocabulary: number | null;
  /** Whether `listed` works: a server that gives h mostly lists the likeliest tokens too. */
  readonly lists: boolean;
  /** Throws `EngineError('server-failed')` if another model answers at the address by now. Sends no text. */
  check(control?: Control): Promise<void>;
  /** How the server itself cuts a text. */
  tokenise(request: ServerTokensRequest, control?: Control): Promise<readonly ServerToken[]>;
  /**
   * h after the final norm, not normalised, at every position: `ids.length × dimensions`, row by row. Reports the stage
   * `run`. Only if `gives` is `hidden`.
   */
  hidden?(ids: readonly number[], control?: Control): Promise<Float32Array>;
  /** The likeliest next tokens after the positions from `first` on, `count` of each, or fewer if it gives fewer. */
  listed?(ids: readonly number[], request: ListedRequest, control?: Control): Promise<readonly ListedPosition[]>;
}

export interface ServerTokensRequest {
  readonly text: string;
  /** With the tokens that the server adds before and after a text by itself. */
  readonly added: boolean;
  /** Reads special tokens that are spelled in the text as plain text. */
  readonly plain: boolean;
}

export interface ServerToken {
  readonly id: number;
  /** null where the server tells ids alone. */
  readonly bytes: readonly number[] | null;
}

export interface ListedRequest {
  readonly first: number;
  /** 1 … 1000 */
  readonly count: number;
}

/** The next token after one position. Log-probabilities are natural, ≤ 0, over the whole vocabulary. */
export interface ListedPosition {
  /** Best first, each id once. */
  readonly likeliest: readonly ListedToken[];
  /** Of the token that follows in the text; null at the last position, and where the server does not say. */
  readonly next: number | null;
}

export interface ListedToken {
  readonly id: number;
  /** Empty where the server writes nothing for a special token. */
  readonly bytes: readonly number[];
  readonly logProbability: number;
}
