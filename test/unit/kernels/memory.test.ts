import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Scratch } from '../../../src/engine/kernels/layout';
import { KernelMemory } from '../../../src/engine/kernels/memory';
import { sampled } from '../support/sample';

afterEach(() => vi.restoreAllMocks());

const page = 65_536;
const refuseToGrow = () =>
  vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
  });

/** Room for a number of bytes, or a part given back: which one is a share of those that are there. */
type Step = { readonly take: number } | { readonly give: number };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.oneof(fc.nat(300), fc.nat(40_000), fc.constantFrom(0, 1, 63, 64, 65, page)).map((take) => ({ take })),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((give) => ({ give })),
  ),
  { maxLength: 60 },
);

describe('a memory and its parts', () => {
  it('are at multiples of 64, inside, and never overlap, whatever was taken and given back', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (all, shared) => {
        const memory = new KernelMemory(0, shared);
        const parts: { readonly at: number; readonly bytes: number }[] = [];
        for (const step of all) {
          if ('take' in step) {
            const at = memory.allocate(step.take);
            const end = at + Math.max(1, step.take);
            expect(at % 64).toBe(0);
            expect(at).toBeGreaterThanOrEqual(page);
            // Kernels may read sixteen numbers behind the end.
            expect(end + 64).toBeLessThanOrEqual(memory.bytes);
            for (const other of parts)
              expect(
                end <= other.at || at >= other.at + other.bytes,
                `${at} … ${end} and ${other.at} … ${other.at + other.bytes}`,
              ).toBe(true);
            parts.push({ at, bytes: end - at });
          } else if (parts.length > 0) {
            const [part] = parts.splice(Math.floor(step.give * parts.length), 1);
            memory.release((part as { at: number }).at);
          }
        }
        // Once all is given back, one part has the room of all.
        const { bytes } = memory;
        for (const { at } of parts) memory.release(at);
        if (bytes > 2 * page) expect(memory.allocate(bytes - 2 * page)).toBe(page);
        expect(memory.bytes).toBe(bytes);
      }),
      { numRuns: sampled(100, 200) },
    );
  });

  it('fill holes again before the memory grows', () => {
    const memory = new KernelMemory(0, false);
    const [first, second] = [memory.allocate(5 * page), memory.allocate(100)];
    const { bytes } = memory;
    memory.release(first);
    expect([memory.allocate(2 * page), memory.allocate(3 * page)]).toEqual([first, first + 2 * page]);
    expect([memory.bytes, second]).toEqual([bytes, first + 5 * page]);
  });

  it('keep their numbers when the memory grows', () => {
    for (const shared of [false, true]) {
      const memory = new KernelMemory(0, shared, 1000);
      const at = memory.allocate(1000);
      memory.floats(at, 250).fill(7);
      const { bytes } = memory;
      memory.allocate(20 * page);
      expect(memory.bytes).toBeGreaterThan(bytes);
      expect(memory.floats(at, 250).every((value) => value === 7)).toBe(true);
    }
  });

  it('are there from the start where their size is known', () => {
    const memory = new KernelMemory(0, false, 10 * page);
    const grow = refuseToGrow();
    memory.allocate(10 * page);
    expect(grow).not.toHaveBeenCalled();
  });

  it('are given back once', () => {
    const memory = new KernelMemory(0, false);
    const at = memory.allocate(10);
    memory.release(at);
    expect(() => memory.release(at)).toThrow(`Nothing was allocated at ${at}.`);
    expect(() => memory.release(at + 64)).toThrow(RangeError);
  });
});

describe('a memory that cannot grow', () => {
  it.each([false, true])('says how much was asked for, and is as it was before (shared: %s)', (shared) => {
    const memory = new KernelMemory(0, shared, page);
    const kept = memory.allocate(100);
    memory.floats(kept, 25).fill(3);
    const hole = memory.allocate(6400);
    memory.release(hole);
    const { bytes } = memory;
    const grow = refuseToGrow();
    let error: unknown;
    try {
      memory.allocate(50_000_000);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'no-memory',
      message: expect.stringMatching(
        /^50 MB of memory could not be allocated\. Close other programs, select less text or choose a smaller model\.$/,
      ) as string,
    });
    expect([memory.bytes, memory.floats(kept, 25).every((value) => value === 3)]).toEqual([bytes, true]);
    // What fits is still to be had, at the same place.
    expect(memory.allocate(6400)).toBe(hole);
    grow.mockRestore();
    expect(memory.allocate(50_000_000)).toBe(hole + 6400);
  });

  it('refuses what no 32-bit memory has without trying', () => {
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    const memory = new KernelMemory(0, false);
    expect(() => memory.allocate(2 ** 32)).toThrow(/^4\.3 GB of memory could not be allocated/);
    expect(() => new KernelMemory(0, false, 2 ** 32)).toThrow(/^4\.3 GB/);
    expect(grow).not.toHaveBeenCalled();
    expect(memory.allocate(64)).toBe(page);
  });

  it('leaves other errors as they are', () => {
    const memory = new KernelMemory(0, false);
    vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new TypeError('not a memory');
    });
    expect(() => memory.allocate(10 * page)).toThrow(new TypeError('not a memory'));
  });
});

describe('scratch room', () => {
  it('is used again while it is large enough, and given back when it is far too large', () => {
    const memory = new KernelMemory(0, false);
    const scratch = new Scratch(memory);
    const small = scratch.of(1000);
    expect(scratch.of(900)).toBe(small);
    const large = scratch.of(30 * page);
    expect(scratch.of(1000)).toBe(large);
    const { bytes } = memory;
    expect(scratch.of(64)).toBe(large);
    memory.allocate(25 * page);
    expect(memory.bytes).toBe(bytes);
  });

  it('is had again after there was no memory for it', () => {
    const memory = new KernelMemory(0, false, 10 * page);
    const scratch = new Scratch(memory);
    const first = scratch.of(page);
    const grow = refuseToGrow();
    expect(() => scratch.of(50 * page)).toThrow(expect.objectContaining({ code: 'no-memory' }));
    expect(scratch.of(2 * page)).toBe(first);
    grow.mockRestore();
    expect(scratch.of(50 * page)).toBe(first);
  });
});
