import { createBirpc } from 'birpc';
import { buffersOf } from './buffers';
import {
  engineFrom,
  type AnswerOf,
  type Call,
  type CallName,
  type Control,
  type Engine,
  type Progress,
  type RequestOf,
  type Signal,
} from './engine';
import { EngineError, type ErrorCode } from './errors';
import { isOutOfMemory, memoryRanOut } from './noMemory';
import { longestSilence, Pulse, Vigil } from './pulse';
import { said, type Said } from './said';
import { after } from './timers';
import { trace } from './trace';

/**
 * What a worker's port, a message channel or a pair in memory has in common. Messages arrive in the order in which they
 * were posted.
 */
export interface Port {
  post(message: unknown, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** An error crosses as a value, so that its code survives. */
type Outcome<A> =
  | { readonly result: A }
  | {
      readonly error: {
        readonly code: ErrorCode;
        readonly said: Said;
        readonly detail: string;
        readonly choices: readonly string[];
        readonly at?: EngineError['at'];
      };
    };

/** An error of the engine's end. */
export class RemoteError extends EngineError {
  constructor(
    code: ErrorCode,
    sentence: string | Said,
    /** The trace made where it was thrown, for the log; without the user's text. */
    readonly detail: string,
    choices?: readonly string[],
    at?: EngineError['at'],
  ) {
    super(code, sentence, undefined, choices, at);
  }
}

interface Serving {
  call<C extends CallName>(
    call: number,
    name: C,
    request: RequestOf<C>,
    wantsProgress: boolean,
  ): Promise<Outcome<AnswerOf<C>>>;
  cancel(call: number): void;
  /** Answers as soon as the engine looks at its messages. */
  ping(): true;
}

interface Calling {
  progress(call: number, progress: Progress): void;
}

/**
 * Loading a model may take longer than any time-out that fits the other calls: a call ends by its answer or by a closed
 * port.
 */
const noTimeout = -1;

/** How long a cancelled call waits for the engine to answer, milliseconds. */
export const longestCancel = 1500;

/** How long callers wait. */
export interface Patience {
  /** A cancelled call for its answer, milliseconds. */
  readonly cancel: number;
  /** After that, for a sign of the engine: seconds. */
  readonly silence: number;
  /**
   * A call that nobody cancels, for a sign of the engine: seconds. Longer, since ending a busy engine would lose work
   * that somebody wants.
   */
  readonly call: number;
  /** The same before the engine has said anything: a page may still be loading it over a slow line. */
  readonly start: number;
}
export const usualPatience: Patience = { cancel: longestCancel, silence: longestSilence, call: 30, start: 180 };

/** Why an engine counts as hung: a cancelled call, or one that nobody cancelled, was not answered. */
export type HungAfter = 'cancel' | 'silence';

/**
 * The caller's end. Every call settles: with the engine's answer, or with an `EngineError`. A cancelled call waits for
 * the answer for at most `patience.cancel`, and not at all if the engine has not said anything yet. A later answer is
 * dropped. `hung` is called with the cancelled call if the engine, beyond that time, does not answer a ping either, and
 * with one that nobody cancelled if nothing comes from the engine for `patience.call`. Whoever owns it should end it:
 * if nobody does, the calls that wait reject with `worker-lost`. `close` rejects all calls that wait and all later ones
 * with the given error, by default one of the code `worker-lost`.
 */
export function connectEngine(
  port: Port,
  hung: (name: CallName, after: HungAfter) => void = ignore,
  patience: Patience = usualPatience,
): Engine & { close(reason?: Error): void } {
  const listeners = new Map<number, (progress: Progress) => void>();
  let calls = 0;
  let closed: Error | null = null;
  const waiting = new Map<number, { readonly name: CallName; readonly giveUp: (error: EngineError) => void }>();
  let heard = false;
  port.onMessage(() => {
    heard = true;
    vigil.heard();
  });
  const remote = createBirpc<Serving, Calling>(
    { progress: (call, progress) => listeners.get(call)?.(progress) },
    { ...channel(port), timeout: noTimeout },
  );
  const pulse = new Pulse(() => remote.ping(), patience.silence);
  const vigil = new Vigil(
    () => void remote.ping().catch(ignore),
    () => (heard ? patience.call : patience.start),
    () => {
      const [first] = waiting.values();
      if (first) hung(first.name, 'silence');
      if (!closed) for (const { giveUp } of waiting.values()) giveUp(silent());
    },
  );

  const call = async <C extends CallName>(
    name: C,
    request: RequestOf<C>,
    control: Control | undefined,
  ): Promise<AnswerOf<C>> => {
    if (closed) throw closed;
    const signal = control?.signal;
    if (signal?.aborted) throw cancelled();
    const id = calls++;
    let giveUp: (error: EngineError) => void = ignore;
    const givenUp = new Promise<never>((_, reject) => (giveUp = reject));
    let stopWaiting: () => void = ignore;
    const cancel = () => {
      if (closed) return;
      remote.cancel.asEvent(id).catch(ignore);
      // It may still be starting, over a line that stalls.
      if (!heard) return giveUp(cancelled());
      stopWaiting = after(patience.cancel, () => {
        giveUp(cancelled());
        void pulse.check(() => {
          if (!closed) hung(name, 'cancel');
        });
      });
    };
    signal?.addEventListener('abort', cancel);
    if (control?.onProgress) listeners.set(id, control.onProgress);
    waiting.set(id, { name, giveUp });
    vigil.begin();
    try {
      const outcome = await Promise.race([remote.call(id, name, request, control?.onProgress !== undefined), givenUp]);
      if ('error' in outcome) {
        const { code, said: sentence, detail, choices, at } = outcome.error;
        throw new RemoteError(code, sentence, detail, choices, at);
      }
      return outcome.result;
    } catch (error) {
      throw error instanceof Error && error === closed ? error : toEngineError(error);
    } finally {
      stopWaiting();
      waiting.delete(id);
      if (waiting.size === 0) vigil.end();
      listeners.delete(id);
      signal?.removeEventListener('abort', cancel);
    }
  };

  return engineFrom(call, {
    close(reason = new EngineError('worker-lost', said`The engine was closed. Inspect again to start another.`)) {
      if (closed) return;
      closed = reason;
      vigil.end();
      remote.$close(reason);
    },
  });
}

/**
 * The engine's end. The buffers of a result are moved to the caller and not copied (a copy of 17 MB stalls the caller
 * for a quarter of a second), so the engine must not use the buffers of a result again.
 */
export function serveEngine(call: Call, port: Port): void {
  const running = new Map<number, Cancellation>();
  const remote = createBirpc<Calling, Serving>(
    {
      async call(id, name, request, wantsProgress) {
        const signal = new Cancellation();
        running.set(id, signal);
        const control: Control = wantsProgress
          ? { signal, onProgress: (progress) => void remote.progress.asEvent(id, progress).catch(ignore) }
          : { signal };
        try {
          return { result: await call(name, request, control) };
        } catch (error) {
          const known = toEngineError(error);
          return {
            error: {
              code: known.code,
              said: known.said,
              detail: known instanceof RemoteError ? known.detail : trace(known),
              choices: known.choices,
              ...(known.at && { at: known.at }),
            },
          };
        } finally {
          running.delete(id);
        }
      },
      cancel: (id) => running.get(id)?.abort(),
      ping: () => true,
    },
    // An answer that cannot be posted crosses as an error instead; thrown here it would end the process.
    { ...channel(port), timeout: noTimeout, onGeneralError: () => true },
  );
}

/** A signal for code that has neither DOM nor Node. */
class Cancellation implements Signal {
  aborted = false;
  readonly #listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of [...this.#listeners]) listener();
  }
}

const channel = (port: Port) => ({
  post: (message: unknown) => port.post(message, isAnswer(message) ? buffersOf(message) : []),
  on: (listener: (message: unknown) => void) =>
    port.onMessage((message) => {
      if (isObject(message) && 't' in message) listener(message);
    }),
});

/** Only answers give their buffers away: the caller may still use those of its request. */
const isAnswer = (message: unknown): boolean => isObject(message) && 't' in message && message.t === 's';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const silent = () =>
  new EngineError('worker-lost', said`The engine has stopped answering. End it and start another, then try again.`);

const cancelled = () => new EngineError('cancelled', 'The request was cancelled.');

/** The message of an unknown error stays behind: it might quote the user's text. */
const toEngineError = (error: unknown): EngineError => {
  if (error instanceof EngineError) return error;
  if (isOutOfMemory(error)) return memoryRanOut();
  return error instanceof Error
    ? new RemoteError('internal', `The engine failed: ${error.name}.`, trace(error))
    : new EngineError('internal', 'The engine failed without saying why.');
};

const ignore = () => undefined;
