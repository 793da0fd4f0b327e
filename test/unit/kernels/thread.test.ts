import { expect, it } from 'vitest';
import { TeamControl } from '../../../src/engine/kernels/control';
import { compileKernels } from '../../../src/engine/kernels/kernels';
import { KernelMemory } from '../../../src/engine/kernels/memory';
import { serveThread, type FromThread } from '../../../src/engine/kernels/thread';
import { measuring, rowSize } from './works';

const count = 40_000;

/** A memory that another thread has grown: its buffer here is as long as before until this thread grows it too. */
function staleMemory({ memory }: KernelMemory, old: ArrayBuffer): WebAssembly.Memory {
  Object.defineProperty(memory, 'buffer', { configurable: true, get: () => old });
  memory.grow = (pages) => {
    Reflect.deleteProperty(memory, 'buffer');
    Reflect.deleteProperty(memory, 'grow');
    return memory.grow(pages);
  };
  return memory;
}

it('a thread computes in a memory whose growth it was not told of', () => {
  const memory = new KernelMemory(0, true);
  const old = memory.memory.buffer;
  const told: FromThread[] = [];
  const { work, sizes } = measuring({ threads: 1, memory: () => memory }, count);
  expect(memory.bytes).toBeGreaterThan(old.byteLength);
  const { bytes } = memory;
  const receive = serveThread((message) => told.push(message));
  receive({
    kind: 'start',
    compiled: compileKernels('plain', true),
    control: TeamControl.buffer(true),
    index: 0,
    threads: 1,
  });
  receive({ kind: 'memory', id: 0, memory: staleMemory(memory, old) });
  receive({ kind: 'work', memory: 0, bytes, work });
  expect(told).toEqual([{ kind: 'done', failure: null }]);
  expect(sizes().every((size) => size === rowSize)).toBe(true);
});
