import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { compareCommand } from '../../../src/cli/compare';
import { localEngine } from '../../../src/engine/localEngine';
import type { MixedEffect, ModelPart, TensorChange } from '../../../src/shared/blame';
import type { PositionInBoth, RowsInBoth, SameTokens } from '../../../src/shared/both';
import type { Provenance } from '../../../src/shared/provenance';
import type { NamedToken } from '../../../src/shared/tokens';
import type { Comparison } from '../../../src/tools/both';
import { call, type Ended } from '../support/commandLine';
import { modelPath } from '../support/engine';
import { familyPath } from '../support/families';
import { text as key, texts } from '../support/ggufWriter';
import { requantise } from '../support/requantise';
import { letters, writeTinyModel } from '../support/tinyModel';

const text = 'The capital of France is';
const [llama, yarn, gpt2] = ['llama-3', 'llama-yarn', 'gpt2'].map(familyPath) as [string, string, string];

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
function tiny(...args: Parameters<typeof writeTinyModel>): string {
  const { path, folder } = writeTinyModel(...args);
  folders.push(folder);
  return path;
}

/** In fewer bits. */
function copyOf(path: string): string {
  const copy = join(mkdtempSync(join(tmpdir(), 'vectorscope-compare-')), 'copy.gguf');
  folders.push(dirname(copy));
  writeFileSync(copy, requantise(readFileSync(path), 'Q4_0'));
  return copy;
}

async function run(args: readonly string[], input = ''): Promise<Ended> {
  const engine = localEngine();
  try {
    return await call(compareCommand, args, { readInput: () => input, createEngine: () => engine });
  } finally {
    await engine.close();
  }
}

type Plain<T> = T extends Float64Array
  ? readonly (number | null)[]
  : T extends object
    ? { [K in keyof T]: Plain<T[K]> }
    : T;
type Printed = { readonly provenance: Provenance } & Plain<Omit<Comparison, 'text' | 'position' | 'rows'>> & {
    readonly sentence: string;
    readonly text: Plain<SameTokens> | null;
    readonly position: Plain<PositionInBoth> | null;
    readonly rows: readonly RowsInBoth[];
    readonly blame: readonly (ModelPart & MixedEffect & { readonly logit: { readonly token: NamedToken } })[];
    readonly tensors: readonly TensorChange[];
  };

async function json(...args: readonly string[]): Promise<Printed> {
  const { code, out, err } = await run([...args, '--json']);
  expect([code, out.at(-1)], err).toEqual([0, '\n']);
  return JSON.parse(out) as Printed;
}

describe('vectorscope compare', () => {
  it('says of a model and itself that nothing changed', async () => {
    const { code, out } = await run([llama, llama, text]);
    expect(code).toBe(0);
    expect(out).toMatch(/^The two models are the same: every number is equal\.\n/);
    expect(out).toMatch(/^mean KLD +0\.0000 +0\.0000$/m);
    expect(out).toMatch(/^same top p +100\.000$/m);
    expect(out).not.toMatch(/≠|most turned/);
  });

  it('says of a copy in fewer bits what turned, and takes apart what moved the first token', async () => {
    const path = tiny({});
    const copy = copyOf(path);
    const { sentence, position, rows, provenance } = await json(path, copy, 'The cat');
    const { file, sha256, otherFile, otherSha256 } = provenance;
    expect([file, otherFile]).toEqual([[basename(path)], [basename(copy)]]);
    expect([...sha256, ...otherSha256]).toEqual([path, copy].map(() => expect.stringMatching(/^[0-9a-f]{64}$/)));
    expect(sentence).toContain(`turned the tokens by ${rows[0]?.angle?.median.toFixed(1)}° (median)`);
    expect(sentence).toContain(`h turns by ${position?.hiddenAngle?.toFixed(1)}°`);
  });

  it('begins with what changed, and the tables have the same numbers', async () => {
    const { out } = await run([llama, yarn, text, '--top', '2', '--layers']);
    const { position, rows, names, text: same } = await json(llama, yarn, text, '--top', '2');
    const [first] = position?.tokens ?? [];
    if (!first || !position || !same) throw new Error('Nothing was predicted.');
    const [sentence = ''] = out.split('\n');
    expect(names).toEqual(['llama-3', 'llama-yarn']);
    expect(sentence).toContain(`have nothing in common (${rows[0]?.angle?.median.toFixed(1)}° apart, median)`);
    const second = position.tokens[position.likeliest[1][0] ?? -1] ?? first;
    // Between the logits as they are printed.
    const printed = (logit: number) => Number(logit.toFixed(2));
    const lead = (side: 0 | 1) =>
      (printed(first.logit[side]) - printed(second.logit[side])).toFixed(2).replace('-', '−');
    expect(sentence).toContain(`goes from +${lead(0)} to ${lead(1)} logits. The largest part of that comes from the `);
    const { angle, hiddenSize, size, bias } = first.parts;
    expect(angle + hiddenSize + size + bias).toBeCloseTo(first.logit[1] - first.logit[0], 6);
    expect(out).toMatch(new RegExp(`^mean KLD +${same.sums.meanDivergence.toFixed(4)} `, 'm'));
    expect(out).toMatch(/^[^\n]+ 1 +\d+ +0\.\d{3} +<?0\.\d{3} +\S+ {2}= /m);
    const layers = /^layer +angle .*\n((?:(?:in|\d+) .*\n)+)/m.exec(out)?.[1]?.trim().split('\n') ?? [];
    expect(layers.map((row) => row.trim().split(/ +/)[1])).toEqual(
      position.residualAngle?.map((angle) => `${Number(angle).toFixed(1)}°`),
    );
  });

  it('names the part that did it, with the keys that docs/terminal.md lists', async () => {
    const copy = copyOf(llama);
    const { blame, tensors } = await json(llama, copy, text, '--blame', 'tensors', '--for', '5');
    const costs = blame.map(({ divergence }) => divergence);
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    const attention = blame.find(({ kind }) => kind === 'attention');
    expect(attention).toMatchObject({
      ...{ layer: expect.any(Number) as number, tensor: expect.stringMatching(/^blk\.\d+\.attn_/) as string },
      ...{ meanDivergence: expect.any(Number) as number, logit: { token: { id: 5 } } },
      h: { angle: expect.any(Number) as number, ratio: expect.any(Number) as number },
    });
    const { parts, change } = attention?.logit ?? blame[0]?.logit ?? { parts: NaN, change: NaN };
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(change, 6);
    const { name, shape: none, ...rounded } = tensors.find((tensor) => tensor.name === 'token_embd.weight') ?? {};
    expect([name, none, Object.keys(rounded).sort().join()]).toEqual([
      ...['token_embd.weight', undefined],
      'angle,bitsPerWeight,error,ratio',
    ]);
    const { out } = await run([llama, copy, text, '--blame', 'parts', '--reverse']);
    expect(out).toMatch(/\n\nBest kept from llama-3: [^\n]+\n\nB with one part of A in place/);
  });

  it('compares the model that ships with an adapter, and says how much of it and which file', async () => {
    const adapter = fileURLToPath(new URL('../../../media/adapters/canberra', import.meta.url));
    const found = await json(modelPath, 'The capital of Australia is', '--adapter', adapter, '--scale', '2');
    expect(found).toMatchObject({
      ...{ scale: 2, adapter: { method: 'lora', rank: 1, modules: [{ isZero: false }, { isZero: true }] } },
      provenance: { otherFile: ['adapter_model.safetensors'], chosen: { scale: 2 } },
    });
    expect(found).toMatchObject({ rows: [] });
    const { out } = await run([modelPath, '--adapter', adapter]);
    expect(out).toMatch(/share one matrix\n\n1 of 2 modules/);
    const { code, err } = await run([llama, text, '--adapter', yarn]);
    expect([code, err]).toEqual([
      2,
      `error: ${yarn} is a model, not an adapter. Name it as the second model, without --adapter.\n`,
    ]);
  });

  it('prints one object: arrays for every position, and null for a number that is not there', async () => {
    const { sentence, tokens, text: same, position, models } = await json(llama, yarn, text, '--limit', '3');
    expect(models.map(({ name }) => name)).toEqual(['llama-3', 'llama-yarn']);
    expect(sentence).toMatch(/^\S+ predicts this text with \d+\.\d\d bits a character, \S+ with /);
    expect([tokens.length, same?.length, position?.position]).toEqual([5, 3, 2]);
    expect(same?.surprisal[0]).toEqual([null, expect.any(Number), expect.any(Number)]);
    expect(same?.divergence[1]).toHaveLength(3);
    expect((await run([llama, yarn, text, '--limit', '3'])).out).toContain('2 tokens beyond limit were not compared.');
  });

  it('compares the matrices alone without a text, and says so', async () => {
    const { code, out, err } = await run([llama, yarn]);
    expect([code, err]).toEqual([
      0,
      expect.stringContaining('No text was given, so the matrices alone are compared.\n'),
    ]);
    expect(out).toMatch(
      /^The vectors of [^\n]* have nothing in common[^\n]*\.\n\nA is [^\n]*\nB is [^\n]*\n\nThe matrix: 307 rows/,
    );
    const { text: none, position, rows, runs } = await json(llama, yarn, text, '--geometry', '--top', '3');
    expect([none, position, runs, rows[0]?.turned.length, rows[0]?.tokens.length]).toEqual([null, null, 'none', 3, 5]);
  });

  it('compares the matrices of a model whose layers cannot run, and says why', async () => {
    const { code, out } = await run([tiny({}), tiny({ family: 'wonder', seed: 2 }), 'The cat']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^The vectors of [^\n]* have nothing in common \(\d+\.\d° apart, median\)\. Directions with nothing in common [^\n]*“wonder”[^\n]*\.\n/,
    );
    expect(out).toMatch(/\n\nThe matrix: 1\d rows/);
    expect(out).not.toContain('perplexity');
  });

  it('tells no angles between vectors of different widths', async () => {
    const { out } = await run([llama, gpt2, text]);
    expect(out).toMatch(
      /^\S+ predicts this text with \d+\.\d\d bits a character, \S+ with \d+\.\d\d\. In gpt2 a token is \d\.\d\d times as large as in llama-3 \(median\)[ .]/,
    );
    expect(out).toMatch(/ in B, so there is no angle between them\./);
    expect(out).not.toContain('most turned');
  });

  it('names the sizes where these alone changed', async () => {
    const [a, b] = [
      tiny({}),
      tiny({ change: (row) => letters.forEach((_, id) => row(id).forEach((x, i, all) => (all[i] = 2 * x))) }),
    ];
    const { out } = await run([a, b, 'The', '--geometry']);
    expect(out).toMatch(/^B turned the tokens by <0\.1° \(median\) and changed their sizes by up to 100\.0 %\.\n/);
  });

  it('compares models of other vocabularies by the characters of a text from standard input', async () => {
    const tokens = [...letters.slice(0, -1), 'ca', '<s>'];
    const tokenizer = [
      key('tokenizer.ggml.model', 'gpt2'),
      key('tokenizer.ggml.pre', 'gpt-2'),
      texts('tokenizer.ggml.merges', ['c a']),
    ];
    const [a, b] = [tiny({}), tiny({ tokens, tokenizer, seed: 2 })];
    const { code, out } = await run([a, b, '-'], 'The cat');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^\S+ predicts this text with \d+\.\d\d bits a character, \S+ with \d+\.\d\d\. An id can be another token in B/,
    );
    expect(out).toMatch(/^c a +ca +\d+\.\d\d +\d+\.\d\d +[+−]?\d+\.\d\d$/m);
    expect(out).toMatch(/^bits a character +\d+\.\d{4} +\d+\.\d{4}$/m);
    expect(out).not.toContain('The matrix');
    const alone = await run([a, b]);
    expect(alone.code).toBe(1);
    expect(alone.err).toContain('Give a text to run: its characters are the common ruler.\n');
  });

  it.each([
    [[llama], 2, 'error: Name a second model, or an adapter with --adapter.'],
    [[llama, yarn, '--blame', 'parts'], 2, 'error: --blame needs a text that both models run.'],
    [[llama, yarn, 'of', '--blame', 'words'], 2, 'Allowed choices are parts, layers, tensors.'],
    [[llama, yarn, 'of', '--reverse'], 2, 'error: --reverse is about --blame. Give that too.'],
    [[llama, yarn, 'of', '--scale', '1'], 2, 'error: --scale is about --adapter. Name one.'],
    [[llama, 'of', '--adapter', 'a', '--scale', '3'], 2, '3 is not a number from -1 to 2.'],
    [[llama, yarn, 'of', '--adapter', 'a'], 2, 'error: With --adapter the second argument is the text.'],
    [[llama, yarn, 'of', '--top', '0'], 2, '0 is not a whole number from 1 to 1000.'],
    [[llama, yarn, ''], 2, 'error: The text is empty; give at least one character.'],
    [[llama, yarn, '--layers'], 2, 'error: --layers needs a text that both models run. Give one, without --geometry.'],
    [[llama, 'none.gguf', 'of'], 1, 'There is no file none.gguf.'],
    [['none.gguf', llama, 'of'], 1, 'There is no file none.gguf.'],
  ])('says what is wrong with %j', async (args, code, message) => {
    expect(await run(args)).toEqual({ code, out: '', err: expect.stringContaining(message) as string });
  });
});
