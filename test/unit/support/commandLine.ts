import { inspect } from '../../../src/cli/inspect';
import { lab } from '../../../src/cli/lab';
import { runProgram, type Io, type Program } from '../../../src/cli/program';
import { localEngine } from '../../../src/engine/localEngine';
import { defaultEngine } from './engine';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Calls a program as its process does, with everything that it writes kept. */
export async function call(
  program: Program,
  args: readonly string[],
  // No test depends on how fast the machine is.
  {
    readInput,
    createEngine,
    env = () => undefined,
    quiet = 2 ** 31 - 1,
    onInterrupt,
  }: Pick<Io, 'readInput' | 'createEngine'> & Partial<Pick<Io, 'env' | 'quiet' | 'onInterrupt'>>,
): Promise<Ended> {
  let [out, err] = ['', ''];
  const code = await runProgram(program, args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    readInput,
    createEngine,
    env,
    quiet,
    ...(onInterrupt && { onInterrupt }),
  });
  return { code, out, err };
}

/**
 * The default model is loaded by the first call that is made, and is there for the others; any other has an engine of
 * its own.
 */
async function withEngine(program: Program, args: readonly string[], input = ''): Promise<Ended> {
  const engine = args.includes('--model') ? localEngine() : await defaultEngine();
  try {
    return await call(program, args, { readInput: () => input, createEngine: () => engine });
  } finally {
    if (args.includes('--model')) await engine.close();
  }
}

export const callInspect = (args: readonly string[], input?: string): Promise<Ended> =>
  withEngine(inspect, args, input);
export const callLab = (args: readonly string[]): Promise<Ended> => withEngine(lab, args);
