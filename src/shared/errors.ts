import { said, verbatim, type Said, type SaidValue } from './said';

// Whoever throws an error needs it.
export { said };

export type ErrorCode =
  /** A newer request or the user ended the call; nothing is wrong. */
  | 'cancelled'
  | 'model-missing'
  /** The model's file could not be fetched, or arrived damaged. Its intact part is kept for the next load. */
  | 'fetch-failed'
  | 'model-damaged'
  | 'model-unsupported'
  /** The model cannot be run here, but its geometry can be shown: a load with `geometryOnly` would do. */
  | 'geometry-only'
  /** Memory could not be allocated. Everything that was loaded before is still there. */
  | 'no-memory'
  /** A server cannot be reached, refuses, or gives a faulty answer. Everything loaded before is still there. */
  | 'server-failed'
  /** A server asks for a key, or refuses the one that it got. */
  | 'key-refused'
  /** The server and the matrices belong to different models. */
  | 'server-mismatch'
  /** A Hub gives the model's files only to a token that may read them. */
  | 'token-needed'
  /** A file could not be saved. */
  | 'not-written'
  | 'empty-text'
  | 'bad-request'
  /** A chat template ends with an error of its own, whose words may quote the user's text. Only a person sees them. */
  | 'template-failed'
  /** The engine's worker ended; the next request starts another. */
  | 'worker-lost'
  | 'internal';

/**
 * An error whose message is a short sentence for a person: what was wrong, what was expected, what to do. Never holds
 * the user's text, unless its code is `template-failed`, or it has a place in a short expression, of which it may quote
 * a word.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** What a person reads, once it is translated. `message` is the same in English. */
  readonly said: Said;
  /** `cause` is for the log, on this side of a process alone. */
  constructor(
    readonly code: ErrorCode,
    sentence: string | Said,
    cause?: unknown,
    /** Names that can be chosen instead, such as those of the model's chat templates. Mostly none. */
    readonly choices: readonly string[] = [],
    /** Where the fault is in what the user typed, UTF-16 offsets. Mostly none. */
    readonly at?: { readonly from: number; readonly to: number },
  ) {
    const saying = typeof sentence === 'string' ? verbatim(sentence) : sentence;
    super(saying.message, ...(cause === undefined ? [] : [{ cause }]));
    this.said = saying;
  }
}

const tag =
  (code: ErrorCode) =>
  (...sentence: Parameters<typeof said>): EngineError =>
    new EngineError(code, said(...sentence));

export const badRequest = tag('bad-request');
export const modelMissing = tag('model-missing');
export const modelDamaged = tag('model-damaged');
export const modelUnsupported = tag('model-unsupported');

/** A number of a request that is out of its range. `expected`: `0 to 29`, `at least 1`. */
export const outOfRange = (name: SaidValue, value: SaidValue, expected: string): EngineError =>
  badRequest`${name} is ${value}. Give ${expected}.`;

/** The request was one that cannot be done; another may be. */
export const isRefused = (error: unknown): boolean =>
  error instanceof EngineError && (error.code === 'bad-request' || error.code === 'template-failed');
export const isCancelled = (error: unknown): boolean => error instanceof EngineError && error.code === 'cancelled';
