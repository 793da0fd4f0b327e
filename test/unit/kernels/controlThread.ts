import { parentPort, workerData } from 'node:worker_threads';
import { TeamControl } from '../../../src/engine/kernels/control';

// One of the threads that control.test.ts starts: it takes pieces and meets the others, round after round, and counts
// what goes wrong.

export interface ThreadTask {
  readonly index: number;
  readonly threads: number;
  readonly control: SharedArrayBuffer;
  /** A cell for each thread: how many rounds it has finished. */
  readonly finished: SharedArrayBuffer;
  /** A cell for each piece of two rounds, which take turns: how often it was taken. */
  readonly taken: SharedArrayBuffer;
  readonly pieces: number;
  readonly rounds: number;
}

/** How often another thread was behind at a barrier, or ahead of it; and how often a piece was taken never or twice. */
export interface Faults {
  early: number;
  late: number;
  pieces: number;
}

const {
  index,
  threads,
  control: buffer,
  finished: finishedBuffer,
  taken: takenBuffer,
  pieces,
  rounds,
} = workerData as ThreadTask;
const control = new TeamControl(threads, buffer);
const [finished, taken] = [new Int32Array(finishedBuffer), new Int32Array(takenBuffer)];
const faults: Faults = { early: 0, late: 0, pieces: 0 };
for (let round = 0; round < rounds; round++) {
  const begin = (round % 2) * pieces;
  for (let piece = control.take(); piece < pieces; piece = control.take()) Atomics.add(taken, begin + piece, 1);
  Atomics.store(finished, index, round + 1);
  control.wait();
  for (let thread = 0; thread < threads; thread++) {
    const done = Atomics.load(finished, thread);
    if (done < round + 1) faults.early++;
    // The others may be in the next round already, but cannot leave it without this thread.
    if (done > round + 2) faults.late++;
  }
  for (let piece = 0; piece < pieces; piece++)
    if (Atomics.load(taken, begin + piece) !== Math.floor(round / 2) + 1) faults.pieces++;
}
parentPort?.postMessage(faults);
