import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspect } from '../../../src/cli/inspect';
import { lab } from '../../../src/cli/lab';
import type { Inspection } from '../../../src/shared/inspection';
import { table } from '../../../src/tools/text';
import { call, callInspect, callLab, type Ended } from '../support/commandLine';
import { reference } from '../support/reference';
import { writeTinyModel } from '../support/tinyModel';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const untied = `${root}test/fixtures/families/llama-untied.gguf`;
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };

const json = async (args: readonly string[], input?: string): Promise<Inspection> => {
  const { code, out, err } = await callInspect([...args, '--json'], input);
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as Inspection;
};

const modelKeys = 'name quantisation architecture dimensions vocabulary layers tied'.split(' ');
const predictionKeys = 'id text probability logit rawLogit size cosine bias'.split(' ');
const tokenKeys = 'index id text bytes start end special size percentile'.split(' ');

describe('--json', () => {
  const text = 'The capital of France is';
  const expected = reference.runs.find((run) => run.text === text);
  let inspection: Inspection;
  beforeAll(async () => {
    inspection = await json([text]);
  });

  it('has the keys that are promised, and no others', () => {
    expect(Object.keys(inspection)).toEqual(['model', 'leftOut', 'tokens', 'neighbours', 'predictions', 'provenance']);
    expect(Object.keys(inspection.model)).toEqual(modelKeys);
    expect(Object.keys(inspection.tokens[0] ?? {})).toEqual([...tokenKeys, 'surprisal']);
    expect(Object.keys(inspection.neighbours?.[0] ?? {}).sort()).toEqual(['cosine', 'dot', 'euclidean', 'index']);
    const [prediction] = inspection.predictions ?? [];
    expect(Object.keys(prediction ?? {})).toEqual(['index', 'hiddenSize', 'entropy', 'top', 'nearest']);
    expect(Object.keys(prediction?.top[0] ?? {})).toEqual(predictionKeys);
    expect(prediction?.top).toHaveLength(20);
    expect(inspection.neighbours?.[0]?.dot).toHaveLength(10);
  });

  it('predicts what the reference predicts', () => {
    const top = inspection.predictions?.at(-1)?.top ?? [];
    expect(top.map(({ id }) => id)).toEqual(expected?.['top 20, last position'].map(({ id }) => id));
    expect(top[0]).toMatchObject({ text: ' Paris', bias: 0 });
  });

  it('adds the lens, and pushes that add up to the logit', async () => {
    const id = inspection.predictions?.at(-1)?.top[0]?.id ?? -1;
    const { lens, push, predictions, tokens } = await json([text, '--lens', '--push', String(id), '--neighbours', '0']);
    expect([lens?.length, lens?.[0]?.length, lens?.[0]?.[0]?.length]).toEqual([31, 5, 3]);
    expect(lens?.[30]?.map(([first]) => first?.id)).toEqual(predictions?.map(({ top }) => top[0]?.id));
    expect([push?.attention.length, push?.feedForward[29]?.length, push?.input.length]).toEqual([30, 5, tokens.length]);
    const parts = [...(push?.attention ?? []), ...(push?.feedForward ?? [])].map((row) => row[4] ?? NaN);
    expect(parts.reduce((sum, part) => sum + part, (push?.input[4] ?? NaN) + (push?.bias ?? NaN))).toBeCloseTo(
      predictions?.at(-1)?.top[0]?.logit ?? NaN,
      3,
    );
  });

  it('leaves out what is not asked for, and adds what is', async () => {
    const found = await json([text, '--neighbours', '0', '--top', '0', '--layers', '--limit', '2']);
    expect(Object.keys(found)).toEqual(['model', 'leftOut', 'tokens', 'layers', 'provenance']);
    const { layers, tokens } = found;
    expect(layers?.residualSize).toHaveLength(31);
    expect(layers?.attentionSize).toHaveLength(30);
    expect(layers?.angleToPrediction[30]).toHaveLength(2);
    expect(tokens).toHaveLength(5);
  });

  it('reads standard input unaltered', async () => {
    const { out, err } = await callInspect(['-', '--neighbours', '0', '--top', '0', '--json'], 'a b\r\n');
    expect(err).toMatch(/^The text ends with a line break, which is part of it\.[^\n]+\n$/);
    const found = JSON.parse(out) as Inspection;
    expect(Object.keys(found)).toEqual(['model', 'leftOut', 'tokens', 'provenance']);
    expect(found.tokens.at(-1)?.end).toBe(5);
  });

  it('centres the neighbours only', async () => {
    const centred = await json([text, '--centred', '--neighbours', '3', '--top', '1']);
    expect(centred.tokens.map(({ size }) => size)).toEqual(inspection.tokens.map(({ size }) => size));
    expect(centred.predictions?.at(-1)?.nearest).toEqual(inspection.predictions?.at(-1)?.nearest);
    expect(centred.neighbours?.[0]?.dot).not.toEqual(inspection.neighbours?.[0]?.dot.slice(0, 3));
  });

  it('reads special tokens as text with --plain', async () => {
    expect((await json(['<|im_end|>', '--neighbours', '0', '--top', '0'])).tokens).toMatchObject([{ special: true }]);
    expect(
      (await json(['<|im_end|>', '--plain', '--neighbours', '0', '--top', '0'])).tokens.some(({ special }) => special),
    ).toBe(false);
  });
});

describe('--dimensions', () => {
  const text = 'The capital of France is';

  it('adds the layers with the largest dimensions of every residual', async () => {
    const found = await json([text, '--neighbours', '0', '--top', '0', '--dimensions', '5', '--limit', '3']);
    expect(Object.keys(found)).toEqual(['model', 'leftOut', 'tokens', 'layers', 'provenance']);
    const { dimensions = [], residualSize = [] } = found.layers ?? {};
    expect([dimensions.length, ...new Set(dimensions.map((row) => row.length))]).toEqual([31, 3]);
    dimensions.forEach((row, layer) =>
      row.forEach((largest, position) => {
        expect(largest).toHaveLength(5);
        const size = residualSize[layer]?.[position] ?? NaN;
        for (const { value, share } of largest) expect(share).toBeCloseTo((value / size) ** 2, 6);
      }),
    );
    expect(dimensions[15]?.[0]?.[0]).toMatchObject({ dimension: 507 });
  });

  it('adds a table of the last position', async () => {
    const { code, out } = await callInspect([text, '--neighbours', '0', '--top', '0', '--dimensions', '2']);
    expect(code).toBe(0);
    expect(out).toMatch(/Layer by layer at ·is \(5\)/);
    expect(out).toMatch(/Dimensions with the largest share of ‖r‖² at ·is \(5\); every position is in --json/);
    expect(out).toMatch(/\n +15 +507 +92\.\d\d +37\.\d % +247 +−80\.\d\d +28\.\d %/);
  });

  it.each(['0', '1001', '2.5', 'all'])('refuses %s', async (value) => {
    const { code, err } = await callInspect([text, '--dimensions', value]);
    expect([code, err]).toEqual([2, expect.stringContaining(`${value} is not a whole number from 1 to 1000.`)]);
  });
});

describe('tables', () => {
  it('show tokens, neighbours and the factored prediction', async () => {
    const { code, out } = await callInspect(['The capital of France is', '--layers', '--neighbours', '10']);
    expect(code).toBe(0);
    expect(out).toMatch(/·capital +3575 +2\.541/);
    expect(out).toMatch(/Neighbours of ·France \(4\)/);
    expect(out).toMatch(/1 +·Paris +0\.773 +43\.79 +× +2\.203 +× +0\.18008 += +17\.37/);
    expect(out).toMatch(/Layer by layer at ·is \(5\)/);
  });

  it('show 5 predictions at all positions but the last, or as many as are asked for, and name the limit', async () => {
    const rows = async (...args: readonly string[]) => {
      const { out } = await callInspect(['of a a', '--neighbours', '0', '--model', untied, ...args]);
      return {
        out,
        counts: out
          .split('\n\n')
          .flatMap((part) => (part.startsWith('After ') ? [part.trim().split('\n').length - 2] : [])),
      };
    };
    expect((await rows()).counts).toEqual([5, 5, 20]);
    const limited = await rows('--top', '7', '--limit', '2');
    expect(limited.counts).toEqual([7, 7]);
    expect(limited.out).toContain('\n1 token is beyond --limit 2: only sizes are given for it.\n');
  });

  it('show bytes that are no character in hex, and no character that draws nothing as it is', async () => {
    const { out } = await callInspect(['😎a\u202eb', '--neighbours', '0', '--top', '0']);
    expect(out).toMatch(/ F0 9F /);
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cf}\p{Cc}]/u);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['an unknown option', ['text', '--nothing'], 2, /unknown option '--nothing'/],
    ['no text', [], 2, /missing required argument/],
    ['a number that is none', ['text', '--top', 'many'], 2, /many is not a whole number from 0 to 1000/],
    ['an empty text', [''], 2, /^error: The text is empty; give at least one character/],
    ['a missing model', ['text', '--model', 'none.gguf'], 1, /^There is no file none\.gguf\. Choose another model\./],
  ] as const)('%s is told in one sentence', async (_, args, code, sentence) => {
    const result = await callInspect(args);
    expect(result.code).toBe(code);
    expect(result.out).toBe('');
    expect(result.err).toMatch(sentence);
    expect(result.err.trim().split('\n')).toHaveLength(1);
  });

  it('is told as it is where nobody expected it', async () => {
    const createEngine = () => {
      throw new Error('out of order');
    };
    const readInput = () => '';
    const told = { code: 1, out: '', err: 'Something unexpected went wrong: Error: out of order\n' };
    expect(await call(inspect, ['text'], { readInput, createEngine })).toEqual(told);
    expect(await call(lab, ['tied'], { readInput, createEngine })).toEqual(told);
  });

  it('is not asking for help or the version', async () => {
    expect(await callInspect(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
    expect(await callLab(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
    expect(await callInspect(['--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('--neighbours <k>') as string,
    });
  });
});

describe('an experiment', () => {
  it('prints tables, and says what it cannot do', async () => {
    expect((await callLab(['softmax-shift', '--model', untied])).out).toMatch(
      /^of +largest change\nprobability +\d\.\d × 10⁻\S+\n[^\n]+\nsize of a row +\d\.\d\d\n[^]+\nSettings: --text "The capital of France is" --size 5 --seed 1\n$/,
    );
    expect(await callLab(['rulers', '--token', 'not one token'])).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^“not one token” is 3 tokens of this model[^\n]+\n$/) as string,
    });
    expect((await callLab(['nothing'])).code).toBe(2);
    expect((await callLab([])).code).toBe(2);
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

  it('stands beside JSON and tables, not in them', async () => {
    const args = ['of a', '--top', '0', '--neighbours', '0', '--model', model];
    const [asJson, asTables] = [await callInspect([...args, '--json']), await callInspect(args)];
    expect([asJson, asTables]).toEqual([
      expect.objectContaining({ code: 0, err: expect.stringMatching(notice) as string }),
      expect.objectContaining({ code: 0, err: expect.stringMatching(notice) as string }),
    ]);
    expect((JSON.parse(asJson.out) as Inspection).model.name).toBe('unknown');
    expect(asTables.out).toMatch(/^unknown · F16: /);
  });

  it('stands beside an experiment', async () => {
    const { code, out, err } = await callLab(['extremes', '--json', '--model', model]);
    expect([code, (JSON.parse(out) as { name: string }).name]).toEqual([0, 'extremes']);
    expect(err).toMatch(notice);
  });
});

describe('a model with two matrices', () => {
  const model = ['--model', untied];
  const keys = ['outputSize', 'outputPercentile', 'angleInputOutput'];

  it('has two sizes and an angle for every token, and neighbours in three spaces', async () => {
    const found = (...space: string[]) => json(['of a', '--top', '0', ...model, ...space]);
    const [input, output, cross] = [await found(), await found('--space', 'output'), await found('--space', 'cross')];
    expect(input.model.tied).toBe(false);
    expect(Object.keys(input.tokens[0] ?? {})).toEqual([...tokenKeys, ...keys, 'surprisal']);
    const lists = [input, output, cross].map(({ neighbours }) => JSON.stringify(neighbours));
    expect(new Set(lists).size).toBe(3);
    expect((await found('--space', 'input')).neighbours).toEqual(input.neighbours);
  });

  it('shows them in its table', async () => {
    const { out, code } = await callInspect(['of a', '--top', '0', '--neighbours', '0', ...model]);
    expect(code).toBe(0);
    expect(out).toMatch(/two matrices[\s\S]*output size +smaller +angle/);
    expect(out).toMatch(/\d°/);
  });

  it('refuses a space that there is not', async () => {
    const { code, err } = await callInspect(['of a', '--space', 'middle', ...model]);
    expect(code).toBe(2);
    expect(err).toContain('input, output, cross');
  });
});

describe('a model that cannot be run', () => {
  const { path, folder } = writeTinyModel({ family: 'wonder' });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is refused in one line that names what can be', async () => {
    const { code, out, err } = await callInspect(['The cat', '--model', path]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^The model's architecture is “wonder”; Vectorscope runs llama, .* Its geometry alone can be shown: tokens, sizes and neighbours\.\n$/,
    );
  });

  it('shows its geometry when that is asked for', async () => {
    const { model, tokens, neighbours, predictions } = await json([
      'The cat',
      '--geometry',
      '--model',
      path,
      '--neighbours',
      '3',
    ]);
    expect(model).toMatchObject({ architecture: 'wonder', layers: null });
    expect(tokens.map(({ text }) => text).join('')).toBe('The cat');
    expect(neighbours?.[0]?.dot).toHaveLength(3);
    expect(predictions).toBeUndefined();
    expect((await callInspect(['The cat', '--geometry', '--model', path])).out).toMatch(
      /^tiny-1 · F32: \d+ tokens of 32 dimensions, input and output share one matrix\n/,
    );
  });

  it.each([['--top', '3'], ['--layers'], ['--lens', '--json'], ['--push', '1', '--json']])(
    'refuses %s with its geometry',
    async (...options) => {
      expect(await callInspect(['The cat', '--geometry', '--model', path, ...options])).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^Only the tokenizer and the two matrices/) as string,
      });
    },
  );
});

describe('a table', () => {
  it('aligns what a terminal draws', () => {
    expect(
      table(
        ['', 'token'],
        [
          ['1', '日本'],
          ['10', 'e'],
        ],
        'rl',
      ),
    ).toBe('    token\n 1  日本\n10  e');
    expect(
      table(
        ['token', 'id'],
        [
          ['日本', '7'],
          ['e', '10'],
        ],
        'lr',
      ),
    ).toBe('token  id\n日本    7\ne      10');
  });

  it('has a row for every token of a long text', () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => [String(i), 'a']);
    expect(table(['', 'token'], rows, 'rl').split('\n')).toHaveLength(200_001);
  });
});

/**
 * The command line as a process of its own, for what only a process can show. One that does not end is stopped at the
 * limit, and has no code.
 */
function run(args: readonly string[], input = '', program = 'bin/vectorscope.mjs'): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, out: stdout, err: stderr };
}

describe('as a process', () => {
  it('tells its programs', () => {
    expect(run(['--help'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: vectorscope[^]* inspect [^]* lab /) as string,
      err: '',
    });
    expect(run(['lab', 'tied', '--help'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: vectorscope lab tied \[options\]\n/) as string,
      err: '',
    });
  });

  it('reads the engine only when there is work for it', () => {
    const read = (file: string) => readFileSync(`${root}dist/cli/${file}`, 'utf8');
    const first = new Set(['vectorscope.mjs']);
    // A set that grows is gone through to its end.
    for (const file of first)
      for (const [, imported = ''] of read(file).matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)) first.add(imported);
    const withEngine = readdirSync(`${root}dist/cli`).filter((file) => read(file).includes('general.architecture'));
    expect(withEngine).not.toEqual([]);
    expect(withEngine.filter((file) => first.has(file))).toEqual([]);
  });

  it('says what it was not told, and what it does not know', () => {
    expect(run([])).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^Usage: vectorscope/) as string });
    expect(run(['look'])).toEqual({
      code: 2,
      out: '',
      err: "error: unknown command 'look'.\n`vectorscope --help` lists the commands.\n",
    });
    expect(run(['lab', 'look']).err).toMatch(/'look'\.\n`vectorscope lab --help` lists the experiments\.\n$/);
    expect(run(['help', 'lab'])).toEqual(run(['lab', '--help']));
    expect(run(['help'])).toEqual(run(['--help']));
  });

  it('says in one sentence that it is not built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vectorscope-'));
    mkdirSync(join(folder, 'bin'));
    copyFileSync(join(root, 'bin', 'vectorscope.mjs'), join(folder, 'bin', 'vectorscope.mjs'));
    const { code, out, err } = run(['inspect', 'text'], '', join(folder, 'bin', 'vectorscope.mjs'));
    rmSync(folder, { recursive: true });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^Vectorscope is not built yet: run “npm run build” in [^\n]+\n$/);
  });

  it('is what npm run inspect and npm run lab start', () => {
    expect(run(['inspect', '--version'], '', 'scripts/vectorscope.mjs')).toEqual({
      code: 0,
      out: `${manifest.version}\n`,
      err: '',
    });
    expect(manifest).toMatchObject({
      bin: { vectorscope: 'bin/vectorscope.mjs' },
      scripts: { inspect: 'node scripts/vectorscope.mjs inspect', lab: 'node scripts/vectorscope.mjs lab' },
    });
  });

  it('prints name, model, options and result of an experiment', () => {
    const { code, out, err } = run(['lab', 'rulers', '--token', '5', '--sample', '20', '--json', '--model', untied]);
    // A busy machine may take so long that the command says what it computes.
    expect([code, err.replace(/^Running rulers\..*\n/, '')]).toEqual([0, '']);
    const printed = JSON.parse(out) as { name: string; options: unknown; result: Record<string, unknown> };
    expect(Object.keys(printed)).toEqual(['name', 'model', 'options', 'result', 'provenance']);
    expect(printed.options).toEqual({ id: 20, k: 10, sample: 20 });
    expect(Object.keys(printed.result)).toEqual(['token', 'lists', 'overlap', 'rbo', 'sample']);
  });

  it('reads standard input unaltered, and ends only when all is written', () => {
    const text = `${'of a '.repeat(60)}\r\n`;
    const { code, out, err } = run(['inspect', '-', '--model', untied, '--json'], text);
    expect([code, err]).toEqual([0, expect.stringMatching(/^The text ends with a line break/)]);
    expect(out.length).toBeGreaterThan(500_000);
    expect((JSON.parse(out) as Inspection).tokens.at(-1)?.end).toBe(text.length);
  });

  it('ends with 1 and a sentence where its output cannot be written', () => {
    const unwritable = openSync(untied, 'r');
    const { status, stderr } = spawnSync(
      process.execPath,
      ['bin/vectorscope.mjs', 'inspect', 'of a', '--model', untied],
      { cwd: root, stdio: ['ignore', unwritable, 'pipe'], encoding: 'utf8' },
    );
    closeSync(unwritable);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^The output cannot be written \(E[A-Z]+\), so it is not complete[^\n]+\n$/);
  });

  it('ends with 1 and a sentence where its input is a folder', () => {
    const folder = openSync(tmpdir(), 'r');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['bin/vectorscope.mjs', 'inspect', '-', '--model', untied],
      { cwd: root, stdio: [folder, 'pipe', 'pipe'], encoding: 'utf8' },
    );
    closeSync(folder);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^(?!Something unexpected)[^\n]+\n$/);
  });

  it('refuses an input that is too long', () => {
    expect(run(['inspect', '-', '--model', untied], 'a'.repeat(2 ** 19 + 1))).toEqual({
      code: 1,
      out: '',
      err: 'The text on standard input is longer than 512 KiB. Give a part of it.\n',
    });
  });
});
