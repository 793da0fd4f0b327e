import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { modelsIn } from '../../src/engine/hub/files';
import { splitText } from '../../src/engine/tokenizer/pieces';
import { preTokenizer } from '../../src/engine/tokenizer/preTokenizers';
import { EngineError } from '../../src/shared/errors';
import { builtWorker, startEngine } from '../bench/engineUnderTest';
import { fromRoot, modelPath as model } from '../bench/inputs';
import { passes, type Check } from '../bench/measure';
import { askings, overwriting } from './overwriting';

// What a damaged model, a file that is overwritten, a long list and a long run of
// characters may cost, each beside its bar. Exits with 1 where one is missed. Times are those of a machine without
// other work.

const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-bounds-'));
const rows: Check[] = [];

const bar = (what: string, measured: number, most: number, unit: string) =>
  rows.push([what, `≤ ${most} ${unit}`, measured.toFixed(Number.isInteger(measured) ? 0 : 2), measured <= most]);

/** The second half of the file is zeros, as a download that broke off leaves it. */
const damaged = join(scratch, 'half.gguf');
const bytes = readFileSync(model);
writeFileSync(damaged, bytes.fill(0, bytes.length >> 1));

interface Ended {
  /** Seconds. */
  readonly sentence: number;
  readonly end: number;
}

/** Runs the command line. `stopAfter`: seconds after which Ctrl+C is pressed; `end` counts from there. */
async function run(args: readonly string[], stopAfter?: number, input = ''): Promise<Ended> {
  let start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  const child = spawn(process.execPath, [fromRoot('bin/vectorscope.mjs'), ...args]);
  let sentence = NaN;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', () => (sentence = since()));
  child.stdin.end(input);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (stopAfter !== undefined) {
    await wait(1000 * stopAfter);
    start = performance.now();
    child.kill('SIGINT');
  }
  await ended;
  return { sentence, end: since() };
}

const asked = [
  {
    method: 'initialize',
    id: 1,
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
  },
  { method: 'notifications/initialized' },
  { method: 'tools/call', id: 2, params: { name: 'predict', arguments: { text: 'a' } } },
];
const lines = asked.map((one) => `${JSON.stringify({ jsonrpc: '2.0', ...one })}\n`).join('');
const commands: readonly (readonly [string, readonly string[], string?])[] = [
  ['inspect', ['inspect', '--model', damaged, 'a']],
  ['inspect --json', ['inspect', '--json', '--model', damaged, 'a']],
  ['lab tied', ['lab', 'tied', '--model', damaged]],
  ['compare', ['compare', damaged, model, 'a']],
  ['mcp', ['mcp', '--model', damaged], lines],
];
for (const [name, args, input] of commands) {
  const { sentence, end } = await run(args, undefined, input);
  bar(`damaged model, ${name}: its sentence`, sentence, 3, 's');
  bar(`damaged model, ${name}: the end`, end, 4, 's');
  bar(`damaged model, ${name}: the end after Ctrl+C`, (await run(args, 0.7, input)).end, 0.5, 's');
}

/** The process of an editor, after it has refused the model. */
const { engine, memory, processorTime, end } = startEngine(builtWorker());
const refused = await engine.load({ path: damaged }).catch((error: unknown) => error);
bar('damaged model, an editor’s engine: loads', refused instanceof EngineError ? 0 : 1, 0, '');
const [before, size] = [processorTime(), memory()];
await wait(8000);
bar('damaged model, an editor’s engine: of the processor in the next 8 s', processorTime() - before, 0.5, 's');
bar('damaged model, an editor’s engine: growth in the next 8 s', memory() - size, 16, 'MiB');
await end();

for (const name of ['inspect', 'compare'] as const) {
  const copy = join(scratch, 'copy.gguf');
  const found = await overwriting(model, copy, 20, (own, path) => askings[name](own, path, model));
  bar(
    `overwritten at 20 moments, ${name}: wrong (${found.right} right, ${found.refused} refused)`,
    found.wrong.length,
    0,
    '',
  );
}

const listed = Array.from({ length: 5000 }, (_, i) => ({ path: `${i}-00001-of-02048.gguf`, bytes: i, sha256: null }));
const [heap, start] = [process.memoryUsage().heapUsed, performance.now()];
const models = modelsIn('owner/name', listed);
bar('5,000 names of 2,048 parts each', (performance.now() - start) / 1000, 1, 's');
bar(`${models.length} models of them`, (process.memoryUsage().heapUsed - heap) / 2 ** 20, 60, 'MiB');

const classes = [...'aAж人𝒳\u0301\uFFFD\uE000😀1٣!/ \n\u00A0\u0001'];
let raw = 0;
let cut = 0;
for (const one of classes)
  for (const of of ['gpt-2', 'llama-bpe', 'deepseek-v3', 'tekken', 'afmoe'])
    try {
      splitText(one.repeat(8e6 / one.length), preTokenizer(of)?.cuts ?? []);
      cut++;
    } catch (error) {
      if (!(error instanceof EngineError)) raw++;
    }
bar(`8 million characters of one class: raw errors (${cut} of ${5 * classes.length} are cut)`, raw, 0, '');

rmSync(scratch, { recursive: true });
process.exit(passes(rows) ? 0 : 1);
