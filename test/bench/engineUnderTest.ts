import { readFileSync, writeFileSync } from 'node:fs';
import { startEngineProcess } from '../../src/extension/node/engineProcess';
import type { Engine } from '../../src/shared/engine';
import { connectEngine } from '../../src/shared/enginePort';
import { fromRoot } from './inputs';

/** The engine in a process of its own, as the extension runs it. */
export interface EngineUnderTest {
  readonly engine: Engine;
  /** The memory that its process holds, and the most that it has held so far, MiB. Linux only. */
  memory(): number;
  peak(): number;
  /** Seconds that processors have worked for it, those of all threads together. Linux only. */
  processorTime(): number;
  /** From now on `peak` is the most since now. */
  forgetPeak(): void;
  end(): Promise<void>;
}

const variable = 'VECTORSCOPE_KERNELS';

/** The kernels with tiles of 256 bits where Node.js merges operations, and the two builds of 128 bits. */
export const builds = ['wide', 'relaxed', 'plain'] as const;
export type Build = (typeof builds)[number];
const asked: Readonly<Record<Build, string>> = { wide: '', relaxed: '128', plain: 'plain' };

/** What a process needs in its environment to take a build. */
export const environmentFor = (build: Build): NodeJS.ProcessEnv => ({ ...process.env, [variable]: asked[build] });

/** The worker of the engine as it was built last. */
export const builtWorker = (): string => fromRoot('dist/node/worker.mjs');

/** Starts a worker, with the build that is given or the one that the environment asks for. */
export function startEngine(worker: string, build?: Build): EngineUnderTest {
  const before = process.env[variable];
  if (build) process.env[variable] = asked[build];
  const child = startEngineProcess(worker);
  if (build) process.env[variable] = before ?? '';
  // The newest child of this process.
  const id = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ').at(-1);
  const memoryOf = (which: 'VmRSS' | 'VmHWM') =>
    Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) / 1024;
  const engine = connectEngine(child);
  // A call would wait for ever otherwise.
  child.onEnd((why) => engine.close(new Error(`The engine is gone: ${why}.`)));
  return {
    engine,
    memory: () => memoryOf('VmRSS'),
    peak: () => memoryOf('VmHWM'),
    processorTime() {
      const fields = readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      const ticksPerSecond = 100;
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
    // “5” resets the peak: proc(5).
    forgetPeak: () => writeFileSync(`/proc/${id}/clear_refs`, '5'),
    end: () => child.terminate(),
  };
}
