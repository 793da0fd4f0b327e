import { engineFrom, type CallName, type Engine, type Progress } from '../shared/engine';
import { after } from '../shared/timers';

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
const asking: ReadonlySet<CallName> = new Set(['run', 'inspect', 'contrasts']);

/** The same engine. The first of its calls that takes long and asks the server says what it waits for. */
export function engineAloud(engine: OwnEngine, sentence: string, say: (sentence: string) => void): OwnEngine {
  let isSaid = false;
  const once = (words: string) => {
    if (!isSaid) say(words);
    isSaid = true;
  };
  return engineFrom(
    (name, request, control) => {
      const calls: Engine = engine;
      const call = () => calls[name](request, control);
      return asking.has(name) ? aloud(sentence, once, call) : call();
    },
    { close: async () => engine.close?.() },
  );
}
