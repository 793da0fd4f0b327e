import { randomInt, randomLcg } from 'd3-random';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layoutOf, type GgufLayout } from '../../../../src/engine/hub/header';
import { readGguf } from '../../../../src/engine/weights/gguf';
import { fromBytes } from '../../../../src/engine/weights/source';
import { EngineError } from '../../../../src/shared/errors';
import { array, number, u32, u64, valueTypes, writeGguf } from '../../support/ggufWriter';
import { families } from '../../support/hubModels';

// The walk over a GGUF header, which is read piece by piece.

/** Walks with only as many bytes as are asked for, and `more`. */
function walked(bytes: Uint8Array<ArrayBuffer>, more: number): GgufLayout {
  const walk = layoutOf(bytes.length);
  let next = walk.next();
  while (!next.done) next = walk.next(bytes.slice(0, next.value + more));
  return next.value;
}

const files = readdirSync(families).filter((file) => file.endsWith('.gguf'));
const read = (file: string) => new Uint8Array(readFileSync(join(families, file)));

it.each(files)('finds the keys and the end of %s', (file) => {
  const bytes = read(file);
  const weights = readGguf(fromBytes(bytes));
  for (const more of [0, 1000, bytes.length]) {
    const { keys, end } = walked(bytes, more);
    expect(keys.map(({ key }) => key)).toEqual([...weights.metadata.keys()]);
    const first = Math.min(...Array.from(weights.tensors.values(), ({ offset }) => offset));
    expect(Math.ceil(end / 32) * 32).toBe(first);
  }
});

it('fails with a clear word at every damage, and never goes on without end', () => {
  const bytes = read('qwen2.gguf');
  const random = randomLcg(1);
  const [place, value] = [randomInt.source(random)(0, 3000), randomInt.source(random)(0, 256)];
  let failed = 0;
  for (let round = 0; round < 300; round++) {
    const damaged = bytes.slice();
    for (let i = 0; i < 8; i++) damaged[place()] = value();
    try {
      walked(damaged, 4096);
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
      failed++;
    }
  }
  expect(failed).toBeGreaterThan(50);
});

describe('refuses', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['more keys than a file has', writeGguf({ keyCount: 2n ** 40n }), /is 1099511627776; expected: ≤ 65536/],
    [
      'lists in lists in lists',
      writeGguf({
        keys: [
          array(
            'a',
            valueTypes.array,
            1,
            ...Array.from({ length: 5 }, () => [u32(valueTypes.array), u64(1n)]).flat(),
            u32(0),
            u64(0n),
          ),
        ],
      }),
      /\(depth\) is 5; expected: ≤ 4/,
    ],
    [
      'numbers that do not fit',
      writeGguf({ keys: [array('a', valueTypes.u64, 2n ** 50n)] }),
      /ends before the end of header/,
    ],
    [
      'texts that do not fit',
      writeGguf({ keys: [array('a', valueTypes.string, 2n ** 50n)] }),
      /ends before the end of header/,
    ],
    ['an unknown type', writeGguf({ keys: [{ ...number('a', 1), type: 77 }] }), /\(type\) is 77/],
  ])('%s', (_, bytes, message) => {
    expect(() => walked(new Uint8Array(bytes), 0)).toThrow(message);
  });
});
