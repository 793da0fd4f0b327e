import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/shared/inspection';
import { reference } from './support/reference';
import { writeTinyModel } from './support/tinyModel';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(script: string, args: readonly string[], input = ''): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: root, input, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

// As `npm run -s inspect` and `npm run -s lab` do once they have built: that is seen of the first of each, and done again for none.
const inspect = (args: readonly string[], input?: string): Ended => run('dist/node/cli.mjs', args, input);
const lab = (args: readonly string[]): Ended => run('dist/node/lab.mjs', args);
let version: Ended;
let rulers: Ended;
beforeAll(() => {
  version = run('scripts/inspect.mjs', ['--version']);
  rulers = run('scripts/lab.mjs', ['rulers', '--token', ' Paris', '--sample', '20', '--json']);
});

const json = (args: readonly string[], input?: string): Inspection => {
  const { code, out, err } = inspect([...args, '--json'], input);
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as Inspection;
};

describe('--json', () => {
  const text = 'The capital of France is';
  const expected = reference.runs.find((run) => run.text === text);
  let inspection: Inspection;
  beforeAll(() => {
    inspection = json([text]);
  });

  it('has the keys that are promised, and no others', () => {
    expect(Object.keys(inspection)).toEqual(['model', 'leftOut', 'tokens', 'neighbours', 'predictions']);
    expect(Object.keys(inspection.model)).toEqual(['name', 'architecture', 'dimensions', 'vocabulary', 'layers', 'tied']);
    expect(Object.keys(inspection.tokens[0] ?? {})).toEqual(['index', 'id', 'text', 'bytes', 'start', 'end', 'special', 'size', 'percentile', 'surprisal']);
    expect(Object.keys(inspection.neighbours?.[0] ?? {}).sort()).toEqual(['cosine', 'dot', 'euclidean', 'index']);
    const [prediction] = inspection.predictions ?? [];
    expect(Object.keys(prediction ?? {})).toEqual(['index', 'hiddenSize', 'entropy', 'top', 'nearest']);
    expect(Object.keys(prediction?.top[0] ?? {})).toEqual(['id', 'text', 'probability', 'logit', 'rawLogit', 'size', 'cosine', 'bias']);
    expect(prediction?.top).toHaveLength(20);
    expect(inspection.neighbours?.[0]?.dot).toHaveLength(10);
  });

  it('predicts what the reference predicts', () => {
    const top = inspection.predictions?.at(-1)?.top ?? [];
    expect(top.map(({ id }) => id)).toEqual(expected?.['top 20, last position'].map(({ id }) => id));
    expect(top[0]).toMatchObject({ text: ' Paris', bias: 0 });
  });

  it('adds the lens, and pushes that add up to the logit', () => {
    const id = inspection.predictions?.at(-1)?.top[0]?.id ?? -1;
    const { lens, push, predictions, tokens } = json([text, '--lens', '--push', String(id), '--neighbours', '0']);
    expect([lens?.length, lens?.[0]?.length, lens?.[0]?.[0]?.length]).toEqual([31, 5, 3]);
    expect(lens?.[30]?.map(([first]) => first?.id)).toEqual(predictions?.map(({ top }) => top[0]?.id));
    expect([push?.attention.length, push?.feedForward[29]?.length, push?.input.length]).toEqual([30, 5, tokens.length]);
    const parts = [...(push?.attention ?? []), ...(push?.feedForward ?? [])].map((row) => row[4] ?? NaN);
    expect(parts.reduce((sum, part) => sum + part, (push?.input[4] ?? NaN) + (push?.bias ?? NaN))).toBeCloseTo(predictions?.at(-1)?.top[0]?.logit ?? NaN, 3);
  });

  it('leaves out what is not asked for, and adds what is', () => {
    const found = json([text, '--neighbours', '0', '--top', '0', '--layers', '--limit', '2']);
    expect(Object.keys(found)).toEqual(['model', 'leftOut', 'tokens', 'layers']);
    const { layers, tokens } = found;
    expect(layers?.residualSize).toHaveLength(31);
    expect(layers?.attentionSize).toHaveLength(30);
    expect(layers?.angleToPrediction[30]).toHaveLength(2);
    expect(tokens).toHaveLength(5);
  });

  it('reads standard input unaltered', () => {
    const found = json(['-', '--neighbours', '0', '--top', '0'], 'a b\r\n');
    expect(Object.keys(found)).toEqual(['model', 'leftOut', 'tokens']);
    expect(found.tokens.at(-1)?.end).toBe(5);
  });

  it('centres the neighbours only', () => {
    const centred = json([text, '--centred', '--neighbours', '3', '--top', '1']);
    expect(centred.tokens.map(({ size }) => size)).toEqual(inspection.tokens.map(({ size }) => size));
    expect(centred.predictions?.at(-1)?.nearest).toEqual(inspection.predictions?.at(-1)?.nearest);
    expect(centred.neighbours?.[0]?.dot).not.toEqual(inspection.neighbours?.[0]?.dot.slice(0, 3));
  });

  it('reads special tokens as text with --plain', () => {
    expect(json(['<|im_end|>', '--neighbours', '0', '--top', '0']).tokens).toMatchObject([{ special: true }]);
    expect(json(['<|im_end|>', '--plain', '--neighbours', '0', '--top', '0']).tokens.some(({ special }) => special)).toBe(false);
  });
});

describe('tables', () => {
  it('show tokens, neighbours and the factored prediction', () => {
    const { code, out } = inspect(['The capital of France is', '--layers']);
    expect(code).toBe(0);
    expect(out).toMatch(/·capital +3575 +2\.541/);
    expect(out).toMatch(/Neighbours of ·France \(4\)/);
    expect(out).toMatch(/1 +·Paris +0\.773 +43\.79 +× +2\.203 +× +0\.18008 += +17\.37/);
    expect(out).toMatch(/Layer by layer at ·is \(5\)/);
  });

  it('show bytes that are no character in hex, and no character that draws nothing as it is', () => {
    const { out } = inspect(['😎a\u202eb', '--neighbours', '0', '--top', '0']);
    expect(out).toMatch(/ F0 9F /);
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cf}\p{Cc}]/u);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['an unknown option', ['text', '--nothing'], 2, /unknown option '--nothing'/],
    ['no text', [], 2, /missing required argument/],
    ['a number that is none', ['text', '--top', 'many'], 2, /many is not a whole number from 0 to 1000/],
    ['an empty text', [''], 1, /The text is empty; give at least one character/],
    ['a missing model', ['text', '--model', 'none.gguf'], 1, /no model file at none\.gguf/],
  ] as const)('%s is told in one sentence', (_, args, code, sentence) => {
    const result = inspect(args);
    expect(result.code).toBe(code);
    expect(result.out).toBe('');
    expect(result.err).toMatch(sentence);
    expect(result.err.trim().split('\n')).toHaveLength(1);
  });

  it('is not asking for help or the version', () => {
    const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
    expect(version).toMatchObject({ code: 0, out: `${manifest.version}\n` });
    expect(inspect(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--neighbours <k>') as string });
  });
});

describe('npm run lab', () => {
  it('prints name, model, options and result', () => {
    const { code, out, err } = rulers;
    expect([code, err]).toEqual([0, '']);
    const printed = JSON.parse(out) as { name: string; options: unknown; result: Record<string, unknown> };
    expect(Object.keys(printed)).toEqual(['name', 'model', 'options', 'result']);
    expect(printed.options).toEqual({ id: 7042, k: 10, sample: 20 });
    expect(Object.keys(printed.result)).toEqual(['token', 'lists', 'overlap', 'rbo', 'sample']);
  });

  it('prints tables, and says what it cannot do', () => {
    expect(lab(['softmax-shift']).out).toMatch(/probability\s+\d\.\d\de-/);
    expect(lab(['rulers', '--token', 'not one token'])).toMatchObject({ code: 1, err: expect.stringMatching(/is 3 tokens of this model/) as string });
    expect(lab(['nothing']).code).toBe(2);
    expect(lab([]).code).toBe(2);
  });
});

describe('what a person should know of a model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-'));
  const model = join(folder, 'unknown.gguf');
  const notice = /^The model's pre-tokenizer, gpt-9, is not known here, so texts are cut as for GPT-2; [^\n]+\n$/;
  beforeAll(() => {
    const file = readFileSync(`${root}test/fixtures/families/gpt2.gguf`);
    file.write('gpt-9', file.indexOf('gpt-2', file.indexOf('tokenizer.ggml.pre')));
    writeFileSync(model, file);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('stands beside JSON and tables, not in them', () => {
    const [asJson, asTables] = [['--json'], []].map((more) => inspect(['of a', '--top', '0', '--neighbours', '0', '--model', model, ...more]));
    expect([asJson, asTables]).toEqual([expect.objectContaining({ code: 0, err: expect.stringMatching(notice) as string }), expect.objectContaining({ code: 0, err: expect.stringMatching(notice) as string })]);
    expect((JSON.parse(asJson?.out ?? '') as Inspection).model.name).toBe('unknown');
    expect(asTables?.out).toMatch(/^unknown: /);
  });

  it('stands beside an experiment', () => {
    const { code, out, err } = lab(['extremes', '--json', '--model', model]);
    expect([code, (JSON.parse(out) as { name: string }).name]).toEqual([0, 'extremes']);
    expect(err).toMatch(notice);
  });
});

describe('a model with two matrices', () => {
  const model = ['--model', 'test/fixtures/families/llama-untied.gguf'];
  const keys = ['outputSize', 'outputPercentile', 'angleInputOutput'];

  it('has two sizes and an angle for every token, and neighbours in three spaces', () => {
    const [input, output, cross] = [[], ['--space', 'output'], ['--space', 'cross']].map((space) => json(['of a', '--top', '0', ...model, ...space]));
    expect(input?.model.tied).toBe(false);
    expect(Object.keys(input?.tokens[0] ?? {})).toEqual(['index', 'id', 'text', 'bytes', 'start', 'end', 'special', 'size', 'percentile', ...keys, 'surprisal']);
    const lists = [input, output, cross].map((found) => JSON.stringify(found?.neighbours));
    expect(new Set(lists).size).toBe(3);
    expect(json(['of a', '--top', '0', ...model, '--space', 'input']).neighbours).toEqual(input?.neighbours);
  });

  it('shows them in its table', () => {
    const { out, code } = inspect(['of a', '--top', '0', '--neighbours', '0', ...model]);
    expect(code).toBe(0);
    expect(out).toMatch(/two matrices[\s\S]*output size +smaller +angle/);
    expect(out).toMatch(/\d°/);
  });

  it('refuses a space that there is not', () => {
    const { code, err } = inspect(['of a', '--space', 'middle', ...model]);
    expect(code).toBe(2);
    expect(err).toContain('input, output, cross');
  });
});

describe('a model that cannot be run', () => {
  const { path, folder } = writeTinyModel({ family: 'wonder' });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is refused in one line that names what can be', () => {
    const { code, out, err } = inspect(['The cat', '--model', path]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^The model's architecture is “wonder”; Vectorscope runs llama, .* Its geometry alone can be shown: tokens, sizes and neighbours\.\n$/);
  });

  it('shows its geometry when that is asked for', () => {
    const { model, tokens, neighbours, predictions } = json(['The cat', '--geometry', '--model', path, '--neighbours', '3']);
    expect(model).toMatchObject({ architecture: 'wonder', layers: null });
    expect(tokens.map(({ text }) => text).join('')).toBe('The cat');
    expect(neighbours?.[0]?.dot).toHaveLength(3);
    expect(predictions).toBeUndefined();
    expect(inspect(['The cat', '--geometry', '--model', path]).out).toMatch(/^tiny-1: \d+ tokens of 32 dimensions, one matrix at both ends\n/);
  });

  it.each([['--top', '3'], ['--layers'], ['--lens', '--json'], ['--push', '1', '--json']])('refuses %s with its geometry', (...options) => {
    expect(inspect(['The cat', '--geometry', '--model', path, ...options])).toMatchObject({ code: 1, err: expect.stringMatching(/^Only the tokenizer and the two matrices/) as string });
  });
});
