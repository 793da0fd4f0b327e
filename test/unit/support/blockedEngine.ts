/**
 * A module that is imported before the engine's program, and keeps its main thread from its messages for ever once it
 * has had one: as a pattern does that backtracks without end, but without taking a core from other tests. `first` is
 * what it does before, with `block` to go on.
 */
export const blockedEngine = (first = 'block()'): string => `
import { isMainThread } from 'node:worker_threads';
const block = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
const listen = (event) => {
  if (event !== 'message') return;
  process.off('newListener', listen);
  // Behind the listeners of the engine, which begin with the call.
  queueMicrotask(() => process.once('message', () => { ${first}; }));
};
if (isMainThread) process.on('newListener', listen);
`;
