import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { localEngine } from '../../src/engine/localEngine';
import { pythonScript } from '../../src/extension/python/script';
import { defaultModel } from '../../src/shared/defaultModel';
import type { Engine } from '../../src/shared/engine';
import { figureOf } from '../../src/shared/python';
import { table } from '../../src/tools/text';
import { fromRoot } from '../bench/inputs';
import { pythonWith } from '../reference/python';
import { requantise } from '../unit/support/requantise';
import { figuresOfModel, rowsOfBoth, type Line } from './pythonFigures';

// `npm run verify -- python`: every script of *Copy as Python*, filled for the default model, for GGUF files of other
// families, for folders as on Hugging Face and for pairs of models, run by Python and compared with the engine. Fails
// if a number is further away than its bar, or if a token is printed with another text. `-- PART` runs the models whose
// paths hold this part, `--only NAME` one figure. Python with its packages is `VECTORSCOPE_PYTHON`, or is installed
// into the cache. Takes some minutes, and 4 GB.

/** Of the matrices, and of a few layers. */
const bar = 1e-5;
/**
 * Of a probability after thirty layers in float32. From the float64 reference of the default model's first text the
 * scripts themselves are 2e-6 away at most.
 */
const layersBar = 3e-5;
const mostExact = 10;
const torch = 'torch==2.13.0';
const packages = ['numpy==2.4.6', 'gguf==0.19.0', 'transformers==5.24.0', 'accelerate==1.15.0', 'safetensors==0.8.0'];

interface Outcome {
  readonly apart: number;
  readonly where: string;
  readonly numbers: number;
}

/**
 * The largest difference of two outputs, relative to the number itself; near zero to a hundredth of the largest in the
 * column. Bits, pushes and shares below 1 are relative to 1, as they are read.
 */
function compared(found: readonly Line[], expected: readonly Line[]): Outcome {
  const shape = (lines: readonly Line[]) => lines.map(([name, ...numbers]) => `${name} ${numbers.length}`).join();
  if (shape(found) !== shape(expected)) return { apart: NaN, where: 'other lines', numbers: 0 };
  const largest = new Map<string, number>();
  const cells = expected.flatMap(([name, ...numbers], line) =>
    numbers.flatMap((value, column) => {
      const own = found[line]?.[column + 1];
      if (value === null || typeof own !== 'number' || (Number.isNaN(value) && Number.isNaN(own))) return [];
      const key = `${name} ${column}`;
      largest.set(key, Math.max(largest.get(key) ?? 0, Math.abs(value)));
      return [{ key, value, own, line }];
    }),
  );
  const floorOf = (key: string) =>
    Math.max((largest.get(key) ?? 0) / 100, /^((row|divergence) |layer [23]|difference )/.test(key) ? 1 : 0);
  let worst: Outcome = { apart: 0, where: '', numbers: cells.length };
  for (const { key, value, own, line } of cells) {
    const apart = own === value ? 0 : Math.abs(own - value) / Math.max(Math.abs(value), floorOf(key));
    if (!(apart <= worst.apart)) worst = { ...worst, apart, where: `line ${line + 1}, ${key}: ${own}, not ${value}` };
  }
  return worst;
}

/** The texts of tokens, which stand at the end of a line. */
const texts = / ['"].*$/;

const linesOf = (output: string): readonly Line[] =>
  output
    .trim()
    .split('\n')
    .map((line) => line.replace(texts, '').split(' '))
    .map(([name = '', ...numbers]): Line => [
      name,
      ...numbers.map((number) => (number === 'nan' ? NaN : Number(number))),
    ]);

/**
 * The first line that prints another text than one of its ids has; null if there is none. Lines that name a token by
 * its position may print the texts of `others`.
 */
async function misnamed(output: string, engine: Engine, others: readonly number[]): Promise<string | null> {
  const textsOf = async (ids: readonly number[]) => {
    const known = await Promise.all(ids.map(async (id) => (await engine.token(id).catch(() => null))?.token.text));
    return known.filter((text) => text !== undefined);
  };
  const ofOthers = await textsOf(others);
  for (const line of output.trim().split('\n')) {
    const [named] = texts.exec(line) ?? [];
    if (named === undefined) continue;
    const own = await textsOf(line.replace(texts, '').split(' ').map(Number).filter(Number.isInteger));
    // Python writes some texts with escapes.
    const isPlain = own.every((text) => /^[ -~]+$/.test(text) && !/['\\]/.test(text));
    if (isPlain && ![...own, ...ofOthers].some((text) => named.includes(`'${text}'`))) return line;
  }
  return null;
}

const readScript = async (file: string) => readFileSync(fromRoot(`src/extension/python/${file}`), 'utf8');
const ofDefault = { text: 'The capital of France is', other: 'The capital of Italy is' };
const ofFixture = { text: 'The capital of France is Paris', other: 'The capital of a king is Paris', word: 280 };
const gguf = ['token_embd.weight', 'blk.1.attn_q.weight', 'output_norm.weight'];
const models = [
  { path: 'test/fixtures/families/llama-untied.gguf', ...ofFixture, tensors: gguf },
  { path: 'test/fixtures/families/qwen2.gguf', ...ofFixture, tensors: gguf },
  { path: 'test/fixtures/families/qwen3.gguf', ...ofFixture, tensors: gguf },
  { path: 'test/fixtures/families/gpt2.gguf', ...ofFixture, tensors: ['blk.1.ffn_up.weight'] },
  { path: 'test/fixtures/families/phi2.gguf', ...ofFixture, tensors: gguf.slice(0, 1) },
  ...['gemma2', 'gemma3', 'gpt2', 'gptneox-untied', 'llama-3', 'phi2', 'phi3-long'].map((name) => {
    return { path: `test/fixtures/folders/${name}`, ...ofFixture, tensors: [] as string[] };
  }),
  { path: defaultModel.path, ...ofDefault, tensors: gguf, word: 3575 },
];
const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const [part = ''] = positionals;

const nameOf = (path: string, second: string | null) => (second === null ? path : `${path} + ${second}`);

// The build for processors alone is a tenth as large. Without its index pip takes the other one.
const small = ['--retries', '0', '--extra-index-url', 'https://download.pytorch.org/whl/cpu', torch];
const python = pythonWith(`python-${torch.replace('==', '-')}`, [small, [torch, ...packages]]);
const all = mkdtempSync(join(tmpdir(), 'vectorscope-python-'));
const copy = join(all, 'default.Q4_0.gguf');
const untied = 'test/fixtures/families/llama-untied.gguf';
/** The second model has another type of weights, another kind of file, other layers, or another tokenizer. */
const pairs = [
  { path: defaultModel.path, second: copy, ...ofDefault, word: 3575 },
  { path: untied, second: fromRoot('test/fixtures/folders/llama-3'), ...ofFixture },
  { path: untied, second: fromRoot('test/fixtures/families/qwen2.gguf'), ...ofFixture },
  { path: untied, second: fromRoot('test/fixtures/folders/gemma3'), ...ofFixture },
  { path: 'test/fixtures/folders/gemma3', second: fromRoot('test/fixtures/folders/gpt2'), ...ofFixture },
  { path: untied, second: fromRoot(defaultModel.path), ...ofFixture },
];
const chosen = [
  ...models.map((model) => ({ ...model, second: null })),
  ...pairs.map((pair) => ({ ...pair, tensors: [] as string[] })),
].filter(({ path, second }) => nameOf(path, second).includes(part));
let missed = 0;
const offered = new Set<string>();
try {
  if (chosen.some(({ second }) => second === copy))
    writeFileSync(copy, requantise(readFileSync(fromRoot(defaultModel.path)), 'Q4_0'));
  for (const { path: relative, second, ...given } of chosen) {
    const path = fromRoot(relative);
    const folder = mkdtempSync(join(all, 'model-'));
    const engine = localEngine();
    const model = await engine.load({ path, threads: 1 });
    const rows: string[][] = [];
    const scripts: {
      readonly name: string;
      readonly file: string;
      readonly lines: readonly Line[];
      readonly ids: readonly number[];
      readonly bar: number;
    }[] = [];
    const figures =
      second === null
        ? figuresOfModel(engine, model, path, given)
        : rowsOfBoth(engine, model, { ...given, other: second });
    for await (const { what, of, state, lines } of figures) {
      if (values.only !== undefined && what !== values.only) continue;
      const figure = figureOf(what, state);
      const name = of === undefined ? what : `${what} (${of})`;
      if (!figure) {
        rows.push([name, '', 'not offered']);
        continue;
      }
      offered.add(figure.script);
      const file = join(folder, `${scripts.length}.py`);
      const info = state.both.other?.info;
      const other = info && { ...info, path: second ?? '' };
      writeFileSync(file, await pythonScript(readScript, figure, { ...model, path }, { other }));
      const ids = state.text?.tokens.map(({ id }) => id) ?? [];
      const layers = Math.max(model.trunk?.layers ?? 0, info?.trunk?.layers ?? 0);
      scripts.push({ name, file, lines, ids, bar: layers > mostExact ? layersBar : bar });
    }
    spawnSync(python, [fromRoot('test/verify/python.py'), ...scripts.map(({ file }) => file)], {
      cwd: folder,
      stdio: 'inherit',
    });
    for (const { name, file, lines, ids, bar: barHere } of scripts) {
      const output = readFileSync(`${file}.out`, 'utf8');
      const { apart, where, numbers } = compared(linesOf(output), lines);
      const wrong = await misnamed(output, engine, ids);
      const isGood = apart <= barHere && wrong === null;
      if (!isGood) missed++;
      const why = wrong ?? (numbers > 0 ? where : readFileSync(`${file}.err`, 'utf8').trim().slice(-400));
      rows.push([name, String(numbers), `${apart.toExponential(1)}${isGood ? '' : `, missed: ${why}`}`]);
    }
    await engine.close();
    process.stdout.write(
      `${table([nameOf(relative, second).replace(/[^ ]*\//g, ''), 'numbers', 'furthest'], rows, 'lrl')}\n`,
    );
  }
} finally {
  rmSync(all, { recursive: true });
}
process.stdout.write(`${offered.size} scripts, ${missed} figures further away than their bar\n`);
if (offered.size === 0)
  process.stdout.write('No figure and no file has this name. `src/shared/python.ts` has the figures.\n');
process.exit(missed === 0 && offered.size > 0 ? 0 : 1);
