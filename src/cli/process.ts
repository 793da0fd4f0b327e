import { readFileSync } from 'node:fs';
import { runProgram, type Program } from './program';

/** Runs a program as this process, and ends the process with its exit code. */
export async function runAsProcess(program: Program): Promise<void> {
  const code = await runProgram(program, process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    readInput: () => readFileSync(0, 'utf8'),
    // Most of the code is the engine's, and what is told without one does not wait for it.
    createEngine: async () => new (await import('../engine/localEngine')).LocalEngine(),
  });
  leave(code);
}

/** Waits until everything is written, then ends the process: the runtime's threads would keep it alive. */
function leave(code: number): void {
  process.stdout.write('', () => process.exit(code));
}
