import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { kernelsOver } from '../../../src/engine/kernels/kernels';
import { KernelMemory } from '../../../src/engine/kernels/memory';
import { isWorthIt } from '../../../src/engine/kernels/wideTile';
import { canMerge, compileWide } from '../../../src/engine/platform/node/platform';
import { tensorTypes } from '../../../src/engine/weights/types/types';
import { bitsOf, compiled, Dice } from './support';

const wideOwn = Uint8Array.from(readFileSync(new URL('../../../dist/kernels/wide-own.wasm', import.meta.url)));
afterEach(() => void vi.unstubAllEnvs());

/** The kernels with the tile of four rows, whether or not its operations were merged here. */
function withTile() {
  const { module } = compiled('relaxed');
  const { memory } = new KernelMemory(0, false, 15 * 65_536);
  const kernels = [null, new WebAssembly.Module(wideOwn)].map((wide) => kernelsOver({ module, wide }, memory));
  return { memory, kernels };
}

it('sums from codes have the bits of the other module, for every type', () => {
  const { memory, kernels } = withTile();
  const columns = 768;
  const [rows, x, out, panel] = [196_608, 65_536, 98_304, 131_072];
  new Float32Array(memory.buffer, x, columns).set(new Dice(3).floats(columns));
  for (const { ggufId: type, bytes, length } of Object.values(tensorTypes)) {
    const rowBytes = (columns / length) * bytes;
    // Bytes below 64 make no infinite scale.
    new Uint8Array(memory.buffer, rows, 16 * rowBytes).forEach((_, i, all) => (all[i] = (i * 37) % 64));
    const of = { type, rows, rowBytes, bytesPerColumn: bytes / length, x, columns, panel, scratch: panel + 32_768 };
    const [usual = new Float32Array(), wide = new Float32Array()] = kernels.map(({ multiplyRow }) => {
      multiplyRow({ ...of, out, bias: 0 });
      return new Float32Array(memory.buffer, out, 16).slice();
    });
    expect(Buffer.compare(bitsOf(usual), bitsOf(wide))).toBe(0);
    expect(usual.every((sum) => Number.isFinite(sum) && sum !== 0)).toBe(true);
  }
});

it('the tile of four rows gives the bits of the other tiles, for any number of rows', () => {
  const { memory, kernels } = withTile();
  const dice = new Dice(5);
  const [columns, most] = [70, 41];
  const [a, panel, bias, c] = [65_536, 131_072, 196_608, 262_144];
  new Float32Array(memory.buffer, a, most * (columns + 3)).set(dice.floats(most * (columns + 3)));
  new Float32Array(memory.buffer, panel, 20 * columns).set(dice.floats(20 * columns));
  new Float32Array(memory.buffer, bias, 16).set(dice.floats(16));
  for (const rows of [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, most]) {
    for (const [accumulate, start] of [
      [false, 0],
      [false, bias],
      [true, 0],
    ] as const) {
      const [usual = new Float32Array(), tiled = new Float32Array()] = kernels.map(({ multiply }) => {
        const result = new Float32Array(memory.buffer, c, 24 * most).fill(0.25);
        const strides = { strideA: 4 * (columns + 3), stridePanel: 80, strideC: 96 };
        multiply({ a, panel, c, ...strides, rows, columns, accumulate, bias: start });
        return result.slice();
      });
      expect(Buffer.compare(bitsOf(usual), bitsOf(tiled)), `${rows} rows`).toBe(0);
      expect(usual[0]).not.toBe(0.25);
    }
  }
});

describe('a tile is taken', () => {
  const bits = Int32Array.of(1, 2, 3);

  it('if it is faster and its bits are the same', () => {
    expect(isWorthIt({ time: 2, bits }, { time: 1, bits: bits.slice() })).toBe(true);
  });

  it('not if it is about as fast', () => {
    expect(isWorthIt({ time: 1.1, bits }, { time: 1, bits })).toBe(false);
  });

  it('not if one bit differs', () => {
    expect(isWorthIt({ time: 2, bits }, { time: 1, bits: Int32Array.of(1, 2, 2) })).toBe(false);
  });
});

describe('operations are merged', () => {
  const version = process.versions.v8;
  afterEach(() => void Object.defineProperty(process.versions, 'v8', { value: version, configurable: true }));

  it('nowhere before the V8 of Node 24, which may not know the flag', () => {
    Object.defineProperty(process.versions, 'v8', { value: '12.9.202', configurable: true });
    expect(compileWide(wideOwn)).toBeNull();
  });

  it('nowhere on a Mac, whose Node.js is built without it', () => {
    Object.defineProperty(process.versions, 'v8', { value: '13.6.233', configurable: true });
    const { platform } = process;
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    try {
      expect(compileWide(wideOwn)).toBeNull();
    } finally {
      Object.defineProperty(process, 'platform', { value: platform });
    }
  });

  it('nowhere if the environment says 128', () => {
    Object.defineProperty(process.versions, 'v8', { value: '13.6.233', configurable: true });
    vi.stubEnv('VECTORSCOPE_KERNELS', '128');
    expect(compileWide(wideOwn)).toBeNull();
  });
});

it.each([
  ['x64', 'linux', '13.6.233', true],
  ['x64', 'win32', '13.6.233-node.37', true],
  ['x64', 'darwin', '13.6.233', false],
  ['arm64', 'win32', '13.6.233', false],
  ['x64', 'linux', '11.3.244', false],
] as const)('on %s, %s with V8 %s operations can be merged: %s', (arch, platform, v8, expected) => {
  const machine = { arch, platform, versions: { v8 } };
  expect(canMerge({ ...machine, env: {} })).toBe(expected);
  expect(canMerge({ ...machine, env: { VECTORSCOPE_KERNELS: '128' } })).toBe(false);
});
