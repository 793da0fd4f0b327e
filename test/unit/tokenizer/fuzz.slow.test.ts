import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { TokenizerJson } from '../../../src/engine/tokenizer/json/tokenizerJson';
import { readTokenizer } from '../../../src/engine/tokenizer/kinds';
import type { Tokenizer } from '../../../src/engine/tokenizer/tokenizer';
import { EngineError } from '../../../src/shared/errors';
import { mutatedGguf, mutatedJson, tokenizerMutator } from '../../fuzz/tokenizers';
import { randomOf } from '../support/mutations';
import { processorTime } from '../support/processorTime';
import { sampled } from '../support/sample';

const seed = Number(process.env['VECTORSCOPE_FUZZ_SEED'] ?? 1);
const mutations = Number(process.env['VECTORSCOPE_FUZZ_TOKENIZERS'] ?? sampled(15, 2000));
/** Milliseconds of the processor, for `npm run verify -- samples` alone: no test depends on the machine's speed. */
const longest = sampled(Infinity, 2000);

const texts = [
  '',
  'The capital of France is Paris.',
  'a'.repeat(60),
  'a'.repeat(5000),
  `${' '.repeat(3000)}a`,
  '\uD800a\uDFFF\uD83D',
  '👩‍👩‍👧‍👦👍🏽'.repeat(40),
  'e\u0301'.repeat(200) + '\u1112\u1161\u11AB',
  'ﷺ'.repeat(60),
  '1234567890'.repeat(100),
  'aé日😀 <s><|7|>\n\n\t▁'.repeat(60),
];

/**
 * What is wrong with the tokens of a text, if anything is. Steps may take a text away, so that not all of it need be
 * covered.
 */
function complaint(tokenizer: Tokenizer, text: string, readings: readonly boolean[]): string | null {
  for (const plain of readings) {
    const { ids, starts, ends } = tokenizer.encode(text, { plain });
    for (let i = 0; i < ids.length; i++) {
      const [id, start, end] = [ids[i] as number, starts[i] as number, ends[i] as number];
      if (id >= tokenizer.size || start > end || end > text.length || start < (starts[i - 1] ?? 0))
        return `has the token ${id} of ${tokenizer.size} at ${start} to ${end}, after one at ${starts[i - 1] ?? 'none'}`;
    }
  }
  return null;
}

/** What a mutation leads to: a refusal's code, `read`, or what must not be. */
function outcome(make: () => Tokenizer, number: number): { readonly ended: string; readonly wrong: string | null } {
  try {
    const tokenizer = make();
    for (const [i, text] of texts.entries()) {
      const wrong = complaint(tokenizer, text, sampled([(number + i) % 2 === 0], [false, true]));
      if (wrong !== null) return { ended: 'read', wrong: `${JSON.stringify(text).slice(0, 40)} ${wrong}` };
    }
    for (let id = 0; id < Math.min(tokenizer.size, 20); id++)
      void [tokenizer.textOf(id), tokenizer.isSpecial(id), tokenizer.canOccur(id)];
    return { ended: 'read', wrong: null };
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'internal') return { ended: error.code, wrong: null };
    return {
      ended: 'threw',
      wrong: error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error),
    };
  }
}

describe('a spoiled tokenizer', () => {
  it(`is refused in a sentence, or cuts texts in their order, ${mutations} times, soon`, () => {
    const seen = new Map<string, number>();
    const failures: string[] = [];
    for (let number = 0; number < mutations; number++) {
      const random = randomOf(seed, number);
      const isGguf = random(4) === 0;
      const { what, make } = isGguf ? gguf(mutatedGguf(random)) : json(mutatedJson(random));
      const before = processorTime();
      const { ended, wrong } = outcome(make, number);
      const time = processorTime() - before;
      seen.set(ended, (seen.get(ended) ?? 0) + 1);
      if (wrong !== null || time > longest)
        failures.push(
          `VECTORSCOPE_FUZZ_SEED=${seed}, mutation ${number} of ${what}: ${wrong ?? `${Math.round(time)} ms`}`,
        );
    }
    expect(failures).toEqual([]);
    // Were nearly all refused, little would have been tried.
    expect(seen.get('read'), JSON.stringify([...seen])).toBeGreaterThan(mutations / 4);
    expect(seen.get('model-unsupported')).toBeGreaterThan(mutations / 20);
  }, 600_000);

  it('in a folder is refused, or loaded and checked by the engine', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-fuzz-'));
    try {
      for (let number = 0; number < sampled(5, 15); number++) {
        const folder = join(scratch, String(number));
        mkdirSync(folder);
        const { path, what } = tokenizerMutator(folder)(randomOf(seed, number));
        const engine = localEngine();
        const calls = [() => engine.load({ path, threads: 1 }), () => engine.tokenizerCheck({ path, against: path })];
        for (const call of calls) {
          const error = await call().then(
            () => null,
            (reason: unknown) => reason,
          );
          if (error !== null)
            expect(error, `VECTORSCOPE_FUZZ_SEED=${seed}, folder ${number}, ${what}`).toMatchObject({
              name: 'EngineError',
              code: expect.stringMatching(/^model-/) as string,
            });
        }
      }
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});

const gguf = ({ weights, what }: ReturnType<typeof mutatedGguf>) => ({ what, make: () => readTokenizer(weights) });
const json = ({ json, what }: ReturnType<typeof mutatedJson>) => ({
  what,
  make: () => new TokenizerJson(json, {}, undefined),
});
