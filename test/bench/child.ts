import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that says one line of JSON when it is ready, and answers every line of its input with another. */
export interface Child<First, Answer> {
  readonly first: First;
  /** Seconds from its start to the first line. */
  readonly coldSeconds: number;
  ask(line: string): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startChild<First, Answer>(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Child<First, Answer>> {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args[0] ?? ''} ended early.`);
    return JSON.parse(value) as T;
  };
  const first = await next<First>();
  return {
    first,
    coldSeconds: (performance.now() - began) / 1000,
    ask(line) {
      child.stdin.write(`${line}\n`);
      return next<Answer>();
    },
    stop() {
      child.stdin.end();
      return ended;
    },
  };
}
