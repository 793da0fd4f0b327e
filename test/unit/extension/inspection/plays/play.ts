import * as fc from 'fast-check';
import { Clock } from './clock';
import { commands } from './commands';
import { Rig } from './rig';
import { begin, rest } from './turns';

export interface Found {
  readonly seed: number;
  /** What does not hold. */
  readonly sentence: string;
  /** The smallest play that shows it, a command a line. */
  readonly play: string;
}

export interface Played {
  readonly plays: number;
  readonly commands: number;
  readonly found: Found | null;
}

/**
 * Plays with one seed until one shows a fault, which is then made as small as it can be. `most`: commands of a play.
 */
export async function play(seed: number, plays: number, most = 32): Promise<Played> {
  const clock = new Clock();
  const restore = clock.install();
  // Thousands of calls are cancelled, and nobody reads where.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  let made = 0;
  try {
    const property = fc.asyncProperty(fc.commands([commands], { maxCommands: most, size: 'max' }), async (acts) => {
      clock.clear();
      const rig = new Rig();
      const model = begin(rig, clock);
      await fc.asyncModelRun(() => ({ model, real: rig }), acts);
      made += [...acts].length;
      await rest(model, rig);
    });
    const { failed, numRuns, counterexample, errorInstance } = await fc.check(property, { seed, numRuns: plays });
    const found = failed ? { seed, sentence: String(errorInstance), play: String(counterexample?.[0] ?? '') } : null;
    return { plays: numRuns, commands: made, found };
  } finally {
    clock.clear();
    restore();
    Error.stackTraceLimit = stackTraceLimit;
  }
}
