import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forget, heldBytes, provide, provided, provideFolder } from '../../../src/engine/platform/web/platform';
import { fromBytes } from '../../../src/engine/weights/source';
import { memoryNotes } from '../../../src/engine/workers/memoryNotes';
import { memoryTaken, watchMemories } from '../../../src/engine/workers/web/memoryTaken';

const page = 65_536;

it('what the engine takes in a browser is the runtime’s memory as it grows, and the files that are held', () => {
  const { Memory } = WebAssembly;
  try {
    watchMemories();
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 8, shared: true });
    expect(memory).toBeInstanceOf(WebAssembly.Memory);
    expect(memoryTaken()).toBe(2 * page);
    memory.grow(3);
    provide('/m/one.gguf', fromBytes(new Uint8Array(100)));
    provide('/m/kept.gguf', { size: 1e6, read: () => new Uint8Array(), close: () => {} });
    expect(memoryTaken()).toBe(5 * page + 100);
    forget('/m/one.gguf');
    expect(memoryTaken()).toBe(5 * page);
  } finally {
    WebAssembly.Memory = Memory;
    forget('/m/kept.gguf');
  }
});

it('a folder’s files are let go with it, and no other’s', () => {
  const close = vi.fn();
  for (const path of ['/m/a/config.json', '/m/a/model.safetensors', '/m/ab.gguf'])
    provide(path, { ...fromBytes(new Uint8Array(10)), close });
  provideFolder('/m/a');
  expect([provided('/m/a'), heldBytes()]).toEqual([true, 30]);
  forget('/m/a');
  expect([provided('/m/a'), provided('/m/a/config.json'), heldBytes(), close.mock.calls.length]).toEqual([
    false,
    false,
    10,
    2,
  ]);
  forget('/m/ab.gguf');
  expect(heldBytes()).toBe(0);
});

describe('notes of memory', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('come after messages, at most twice a second, with what is taken by then', () => {
    let bytes = 1;
    const note = vi.fn();
    const noted = memoryNotes(() => bytes, note);
    noted();
    noted();
    bytes = 2;
    vi.advanceTimersByTime(499);
    expect(note).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    noted();
    expect(note.mock.calls).toEqual([[{ memory: 2 }]]);
    vi.advanceTimersByTime(500);
    expect(note).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(5000);
    expect(note).toHaveBeenCalledTimes(2);
  });
});
