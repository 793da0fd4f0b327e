import { readdirSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes, openSource, type ByteSource } from '../../../src/engine/weights/source';
import type { Weights } from '../../../src/engine/weights/weights';
import { EngineError } from '../../../src/shared/errors';
import { modelPath } from '../support/engine';
import { layoutOf } from '../support/ggufLayout';
import { array, join, string, u32, u64, valueTypes, writeGguf } from '../support/ggufWriter';
import { edited, mutation, randomOf, type Sound } from '../support/mutations';
import { processorTime } from '../support/processorTime';
import { sampled } from '../support/sample';

/** Another seed makes other mutations; a failure tells both numbers. */
const seed = Number(process.env['VECTORSCOPE_FUZZ_SEED'] ?? 1);
const mutations = sampled(100, 10_000);
/** Every 40th mutation is of the default model's header, which is a hundred times as long as the others. */
const largeEvery = 40;
/** Milliseconds of the processor, for `npm run verify -- samples` alone: no test depends on the machine's speed. */
const longestTime = sampled(Infinity, 2000);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const mostGrowth = (fileBytes: number): number => 2 * fileBytes + 50 * 2 ** 20;

function small(folder: string): Sound[] {
  const at = new URL(`../../fixtures/${folder}/`, import.meta.url);
  return readdirSync(at)
    .filter((name) => name.endsWith('.gguf'))
    .map((name) => {
      const bytes = new Uint8Array(readFileSync(new URL(name, at)));
      return { name, bytes, layout: layoutOf(bytes), size: bytes.length };
    });
}

/** The default model without its weights, but as long as it is. */
function large(): Sound {
  const source = openSource(modelPath);
  const dataStart = Math.min(...[...readGguf(source).tensors.values()].map(({ offset }) => offset));
  const bytes = source.read(0, dataStart);
  const sound = { name: 'the default model', bytes, layout: layoutOf(bytes), size: source.size };
  source.close();
  return sound;
}

type Outcome = { readonly weights: Weights } | { readonly error: unknown };

function outcomeOf(source: ByteSource): Outcome {
  try {
    return { weights: readGguf(source) };
  } catch (error) {
    return { error };
  }
}

/** What is wrong with an outcome, if anything is. */
function complaint(source: ByteSource, outcome: Outcome): string | null {
  if ('error' in outcome) {
    const { error } = outcome;
    return error instanceof EngineError && (error.code === 'model-damaged' || error.code === 'model-unsupported')
      ? null
      : `threw ${String(error)}`;
  }
  let end = 0;
  for (const { name, offset, byteLength, shape } of [...outcome.weights.tensors.values()].sort(
    (a, b) => a.offset - b.offset,
  )) {
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(byteLength) ||
      byteLength <= 0 ||
      offset < end ||
      offset + byteLength > source.size
    )
      return `has the tensor ${name} at ${offset}, ${byteLength} bytes of ${source.size}`;
    if (!shape.every((size) => Number.isSafeInteger(size) && size > 0))
      return `has the tensor ${name} of ${shape.join(' × ')}`;
    end = offset + byteLength;
  }
  return null;
}

/** The source, with the most memory that was held when it was read from. */
function watched(source: ByteSource): { readonly source: ByteSource; readonly most: () => number } {
  let most = 0;
  const look = () => (most = Math.max(most, heldBytes()));
  return {
    source: {
      ...source,
      read(offset, length, into) {
        look();
        return source.read(offset, length, into);
      },
    },
    most: look,
  };
}

/**
 * Reads once with nothing else in the heap; what is left over from before cannot count. The outcome is held while it is
 * measured.
 */
function measureAlone(make: () => ByteSource): {
  readonly growth: number;
  readonly time: number;
  readonly outcome: Outcome;
} {
  collectGarbage();
  const before = heldBytes();
  const start = processorTime();
  const { source, most } = watched(make());
  const outcome = outcomeOf(source);
  const time = processorTime() - start;
  return { growth: most() - before, time, outcome };
}

describe('a spoiled header', () => {
  const headers = [...small('families'), ...small('tokenizers')];
  const model = large();

  it('of a sound file is what the reader takes it for', () => {
    for (const sound of [...headers, model]) {
      const outcome = outcomeOf(edited(sound, []));
      expect(outcome, sound.name).toHaveProperty('weights');
      if ('weights' in outcome) expect(outcome.weights.tensors.size, sound.name).toBe(sound.layout.tensors.length);
    }
  });

  it(`is refused or lies in its file, ${mutations} times, soon and in little memory`, () => {
    const seen = { read: 0, 'model-damaged': 0, 'model-unsupported': 0 };
    collectGarbage();
    let floor = heldBytes();
    for (let number = 0; number < mutations; number++) {
      const make = (): ByteSource => {
        const random = randomOf(seed, number);
        const sound = number % largeEvery === 0 ? model : (headers[random(headers.length)] as Sound);
        return edited(sound, mutation(random, sound));
      };
      const label = `VECTORSCOPE_FUZZ_SEED=${seed}, mutation ${number}`;
      const { source, most } = watched(make());
      const start = processorTime();
      const outcome = outcomeOf(source);
      const time = processorTime() - start;
      const wrong = complaint(source, outcome);
      if (wrong !== null) expect.fail(`${label}: ${wrong}`);
      seen[
        'weights' in outcome ? 'read' : ((outcome.error as EngineError).code as 'model-damaged' | 'model-unsupported')
      ]++;

      // Both bounds may be passed by what others do: by an earlier one's garbage, or by another thread.
      const bound = mostGrowth(source.size);
      if (most() - floor <= bound && time <= longestTime) continue;
      const alone = measureAlone(make);
      if (alone.growth > bound || alone.time > longestTime)
        expect.fail(
          `${label}: took ${Math.round(alone.time)} ms and ${Math.round(alone.growth / 2 ** 20)} MiB for a file of ${source.size} bytes`,
        );
      collectGarbage();
      floor = heldBytes();
    }
    // Were nearly all refused at their first bytes, little would have been tried.
    expect(seen.read, JSON.stringify(seen)).toBeGreaterThan(mutations / 20);
    expect(seen['model-damaged']).toBeGreaterThan(mutations / 4);
    expect(seen['model-unsupported']).toBeGreaterThan(mutations / 100);
  });
});

describe('a file full of the smallest entries', () => {
  const megabytes = 12;
  const filled = (entry: Uint8Array): { readonly count: number; readonly bytes: Uint8Array } => {
    const count = Math.floor((megabytes * 2 ** 20) / entry.length);
    const bytes = new Uint8Array(count * entry.length);
    for (let i = 0; i < count; i++) bytes.set(entry, i * entry.length);
    return { count, bytes };
  };
  /** Entries that must differ: four letters at `at` count them. */
  const numbered = (entry: Uint8Array, at: number) => {
    const { count, bytes } = filled(entry);
    const encoder = new TextEncoder();
    for (let i = 0; i < count; i++) bytes.set(encoder.encode(i.toString(36).padStart(4, '0')), i * entry.length + at);
    return { count, bytes };
  };
  const listOf = (type: number, entry: Uint8Array) => {
    const { count, bytes } = filled(entry);
    return writeGguf({ keys: [array('k', type, count, bytes)] });
  };
  const header = (tensors: number, keys: number, entries: Uint8Array) =>
    join(new TextEncoder().encode('GGUF'), u32(3), u64(BigInt(tensors)), u64(BigInt(keys)), entries);
  const emptyList = array('', valueTypes.u8, 0).value;

  it.each<readonly [string, () => Uint8Array]>([
    ['lists in lists', () => listOf(valueTypes.array, emptyList)],
    [
      'lists of booleans',
      () => listOf(valueTypes.array, array('', valueTypes.bool, 2 ** 20, new Uint8Array(2 ** 20)).value),
    ],
    ['short texts', () => listOf(valueTypes.string, string('ab'))],
    [
      'lists of numbers under keys',
      () => {
        const { count, bytes } = numbered(join(string('abcd'), u32(valueTypes.array), emptyList), 8);
        return header(0, count, bytes);
      },
    ],
    [
      'tensors',
      () => {
        const { count, bytes } = numbered(join(string('abcd'), u32(1), u64(1n), u32(0), u64(0n)), 8);
        return header(count, 0, bytes);
      },
    ],
  ])('of %s takes little memory', (_, make) => {
    const bytes = make();
    const { growth, time } = measureAlone(() => fromBytes(bytes));
    expect(growth, `${Math.round(growth / 2 ** 20)} MiB`).toBeLessThanOrEqual(mostGrowth(bytes.length));
    expect(time).toBeLessThanOrEqual(longestTime);
  });
});
