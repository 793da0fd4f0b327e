import { readFileSync } from 'node:fs';

/** The engine's process, as Linux tells of it: the child that was started last. */
const engineFile = (name: string): string => {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return readFileSync(`/proc/${children.at(-1)}/${name}`, 'utf8');
};

/** Peak resident memory so far, MiB. */
export const peak = (): number => Number(/VmHWM:\s+(\d+) kB/.exec(engineFile('status'))?.[1]) / 1024;

/**
 * Seconds that processors have worked for it, those of all threads together: what a busy machine does not change much.
 */
export function processorTime(): number {
  const fields = engineFile('stat')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
