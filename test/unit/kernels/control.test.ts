import { build } from 'esbuild';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { TeamControl } from '../../../src/engine/kernels/control';
import { sampled } from '../support/sample';
import type { Faults, ThreadTask } from './controlThread';

const rounds = sampled(300, 10_000);
/** Fewer than some of the threads, and no multiple of any. */
const pieces = 7;

let code: URL;
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./controlThread.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  code = new URL(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`);
});

describe('threads that agree through one control', () => {
  it.each([1, 2, 3, 8])(
    `of %i, none passes a barrier before the others, and each piece is taken once, in ${rounds} rounds`,
    async (threads) => {
      const shared = (cells: number) => new SharedArrayBuffer(4 * cells);
      const common = {
        threads,
        control: TeamControl.buffer(true) as SharedArrayBuffer,
        finished: shared(threads),
        taken: shared(2 * pieces),
        pieces,
        rounds,
      };
      const workers = Array.from(
        { length: threads },
        (_, index) => new Worker(code, { workerData: { ...common, index } satisfies ThreadTask }),
      );
      const faults = await Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [Faults])[0]));
      expect(faults).toEqual(workers.map(() => ({ early: 0, late: 0, pieces: 0 })));
      expect(Array.from(new Int32Array(common.finished))).toEqual(workers.map(() => rounds));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  );
});

describe('a control', () => {
  it('gives no piece once it was stopped, and all of them after it began again', () => {
    const control = new TeamControl(1);
    expect([control.take(), control.take()]).toEqual([0, 1]);
    control.stop();
    expect([control.take(), control.isStopped]).toEqual([Infinity, true]);
    control.beginAgain();
    expect(control.take()).toBe(Infinity);
    control.progress = 5;
    control.begin();
    expect([control.take(), control.isStopped, control.progress]).toEqual([0, false, 0]);
  });

  it('is the same for all who share its buffer', () => {
    const one = new TeamControl(2);
    const other = new TeamControl(2, one.buffer);
    one.take();
    expect(other.take()).toBe(1);
    other.progress = 3;
    other.stop();
    expect([one.progress, one.take()]).toEqual([3, Infinity]);
  });

  it('tells the farthest progress, whichever thread tells last', () => {
    const [one, other] = [new TeamControl(2), new TeamControl(2)];
    const late = new TeamControl(2, one.buffer);
    one.progress = 1024;
    late.progress = 512;
    expect([one.progress, late.progress, other.progress]).toEqual([1024, 1024, 0]);
  });
});
