import { engineFrom, type CallName, type Engine, type Progress } from '../shared/engine';
import { percent } from '../shared/format';
import { Pace, timeLeft } from '../shared/timeLeft';
import { after } from '../shared/timers';
import { english } from '../shared/translator';

export type OwnEngine = Engine & { close?(): Promise<void> };

/** Milliseconds until a person wonders: with the start of the process, its first line comes within two seconds. */
const quiet = 1000;

/** Says what the program waits for, unless the wait is over in a moment. */
export async function aloud<T>(
  sentence: string,
  say: (sentence: string) => void,
  work: (answered: () => void) => Promise<T>,
  wait = quiet,
): Promise<T> {
  const stop = after(wait, () => say(sentence));
  try {
    return await work(stop);
  } finally {
    stop();
  }
}

/** For a load: a server has answered once anything but connecting goes on. */
export const untilConnected =
  (answered: () => void) =>
  ({ stage }: Progress): void => {
    if (stage !== 'connect') answered();
  };

/** The calls that run a text, and so ask the server. All others are computed from the model's file. */
const asking: ReadonlySet<CallName> = new Set(['run', 'inspect', 'contrasts', 'continuation', 'sampling']);

/** Where a program writes what is no result. */
export interface Aside {
  readonly err: (text: string) => void;
  /** It is a terminal, in which a line can be written anew. */
  readonly isTerminal?: boolean;
  /** Milliseconds until a program that has printed nothing says what it computes. */
  readonly quiet?: number;
}

/** Milliseconds of work before it says how far it is, then between two lines of a terminal and of a file. */
const [long, inPlace, inFile] = [5000, 500, 10_000];
const clear = '\u001b[K';

/** Says until `end` how far work is that takes longer than five seconds. In a terminal it writes one line anew. */
export function teller({ err, isTerminal = false, quiet = 0 }: Aside) {
  const pace = new Pace();
  const start = performance.now();
  let told = -Infinity;
  return {
    tell(fraction: number): void {
      const now = performance.now();
      const left = timeLeft(pace.left(fraction, now), english);
      if (now - start < Math.max(long, quiet) || now - told < (isTerminal ? inPlace : inFile)) return;
      told = now;
      const words = `${percent(100 * fraction, 0)} done. ${left}`.trim();
      // The cursor stays where the line begins, so that anything that is written next replaces it.
      err(isTerminal ? `${clear}${words}\r` : `${words}\n`);
    },
    end: (): void => void (isTerminal && told > 0 && err(clear)),
  };
}

/**
 * The same engine, whose calls say how far they are. If its model is on a server, `waiting` is said by the first of its
 * calls that takes long and asks the server.
 */
export function engineAloud(engine: OwnEngine, aside: Aside, waiting?: string): OwnEngine {
  let isSaid = waiting === undefined;
  const once = (words: string) => {
    if (!isSaid) aside.err(`${words}\n`);
    isSaid = true;
  };
  return engineFrom(
    (name, request, control) => {
      const calls: Engine = engine;
      const { tell, end } = teller(aside);
      const onProgress = (progress: Progress) => {
        tell(progress.fraction);
        control?.onProgress?.(progress);
      };
      const call = () => calls[name](request, { ...control, onProgress }).finally(end);
      return asking.has(name) ? aloud(waiting ?? '', once, call) : call();
    },
    { close: async () => engine.close?.() },
  );
}
