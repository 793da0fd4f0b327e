import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

/** Process ids of the engines that this extension host has started and that have not ended. */
export function engines(): readonly number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state=,args='], { encoding: 'utf8' }).split('\n');
  return processes.flatMap((line) => {
    const [, pid, parent, state, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === process.pid &&
      state?.startsWith('Z') === false &&
      /dist.node.worker\.mjs/.test(args ?? '')
      ? [Number(pid)]
      : [];
  });
}

/** Whether a process has ended and this extension host has heard of it: until then it can be signalled. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** The only engine that there is. */
export function engine(): number {
  const [pid, ...others] = engines();
  assert.ok(pid !== undefined && others.length === 0, 'there is one engine');
  return pid;
}

/** The most that a call may take to settle after its engine was killed, stopped or asked to end. Milliseconds. */
const longestCall = 5000;

/** Rejects where the work takes longer than a call may. */
export async function soon<T>(work: PromiseLike<T>, what: string, most = longestCall): Promise<T> {
  let tooLate: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    tooLate = setTimeout(() => reject(new Error(`${most / 1000} seconds were not enough: ${what}.`)), most);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(tooLate);
  }
}

/** Resolves once the condition holds, which no event tells of. */
export async function holds(condition: () => boolean, what: string, most?: number): Promise<void> {
  let isOver = false;
  const looked = async () => {
    while (!isOver && !condition()) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await soon(looked(), what, most).finally(() => (isOver = true));
}
