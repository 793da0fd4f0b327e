import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tensorTypes } from '../../../src/engine/weights/types/types';
import { EngineWorker } from '../../../src/extension/engineWorker';
import { Reading } from '../../../src/extension/modelFile/reading';
import { startEngineProcess } from '../../../src/extension/node/engineProcess';
import type { Control } from '../../../src/shared/engine';
import { text, writeGguf, type GgufTensor } from '../../unit/support/ggufWriter';
import { largeVocabularyKeys } from '../../unit/support/largeVocabulary';
import { median, print, report, slowestCancel, timed } from '../measure';
import { peak, processorTime } from '../processFacts';
import { blockTypes, randomBlocks, type BlockType } from '../randomBlocks';

// `npm run build && npm run bench -- document-open`: a file of 20 GB, most of it a hole, opened as a document in a
// fresh process as the extension starts it: from the request to what its page shows, with the start of the process.
// Then the statistics of tensors of 102 million numbers, whose bytes are in the system's cache.

const workerFile = fileURLToPath(new URL('../../dist/node/worker.mjs', import.meta.url));
const vocabulary = 262_144;
const dimensions = 2560;
const tensorCount = 5000;
const keyCount = 300;
const fileBytes = 20e9;
const rounds = 5;
const measured: readonly BlockType[] = ['F16', 'Q8_0', 'Q4_K', 'Q6_K'];
const [rows, columns] = [10_000, 10_240];

const bytesOf = (type: BlockType, rowCount: number, rowLength: number): number =>
  (rowCount * rowLength * tensorTypes[type].bytes) / tensorTypes[type].length;

function write(path: string): void {
  const tensors: GgufTensor[] = [];
  let end = 0;
  const add = (name: string, type: BlockType, shape: readonly [number, number]) => {
    const offset = Math.ceil(end / 32) * 32;
    const dimensions = shape.toReversed();
    tensors.push({ name, dimensions, type: blockTypes[type], data: new Uint8Array(0), offset: BigInt(offset) });
    end = offset + bytesOf(type, ...shape);
    return offset;
  };
  add('token_embd.weight', 'Q4_K', [vocabulary, dimensions]);
  const places = measured.map((type) => ({ type, at: add(type, type, [rows, columns]) }));
  const left = tensorCount - tensors.length;
  const rowsOfEach = Math.floor((fileBytes - end) / left / bytesOf('Q8_0', 1, 4096));
  for (let at = 0; at < left; at++) add(`blk.${at >> 3}.ffn_up.${at & 7}.weight`, 'Q8_0', [rowsOfEach, 4096]);
  const known = largeVocabularyKeys(vocabulary, dimensions);
  const others = Array.from({ length: keyCount - known.length }, (_, at) =>
    text(`general.note.${at}`, 'x'.repeat(200)),
  );
  const header = writeGguf({ keys: [...known, ...others], tensors });
  const file = openSync(path, 'w');
  writeSync(file, header, 0, header.length, 0);
  const start = Math.ceil(header.length / 32) * 32;
  for (const { type, at } of places) {
    const some = randomBlocks(type, (100 * columns) / tensorTypes[type].length);
    for (let row = 0; row < rows; row += 100)
      writeSync(file, some, 0, some.length, start + at + (row / 100) * some.length);
  }
  ftruncateSync(file, start + end);
  closeSync(file);
}

const worker = () =>
  new EngineWorker(
    () => startEngineProcess(workerFile),
    { info: () => undefined, error: (line) => print(line) },
    { lost: () => 'The process ended.', hung: () => 'The process hung.', idleMinutes: () => 0 },
  );

/** Milliseconds to the contents, then to the summary; the process's memory, MiB. */
async function open(path: string) {
  const process = worker();
  const start = performance.now();
  let contents = NaN;
  const reading = new Reading({ name: 'large.gguf', path }, process.engine, {
    changed: () => {
      if (Number.isNaN(contents) && reading.view.contents) contents = performance.now() - start;
    },
    told: (error) => String(error),
    removed: () => '',
    late: () => '',
    longest: 60,
    freed: () => 0,
    hung: () => undefined,
  });
  await reading.read();
  const summary = performance.now() - start;
  const [memory, work] = [peak(), processorTime()];
  const { view } = reading;
  if (view.contents?.tensors.length !== tensorCount || !view.summary)
    throw new Error(`The file was not read: ${view.failure ?? view.contents?.damage?.message ?? 'it has no summary'}.`);
  const sent = JSON.stringify(view).length;
  await process.dispose();
  return { contents, summary, memory, work, sent };
}

export async function documentOpen(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-bench-'));
  const path = join(folder, 'large.gguf');
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
  try {
    write(path);
    const opened: Awaited<ReturnType<typeof open>>[] = [];
    for (let round = 0; round < rounds; round++) opened.push(await open(path));
    const middle = (of: (one: (typeof opened)[number]) => number) => median(opened.map(of));
    report([
      ['from the request to keys and tensors', seconds(middle(({ contents }) => contents)), '≤ 1.0 s'],
      ['from the request to all of the header', seconds(middle(({ summary }) => summary)), '≤ 1.0 s'],
      ['processor time of the process', `${middle(({ work }) => work).toFixed(2)} s`, ''],
      ['memory of the process at its peak', `${middle(({ memory }) => memory).toFixed(0)} MiB`, '≤ 120 MiB'],
      ['what the page gets', `${(middle(({ sent }) => sent) / 1e6).toFixed(2)} MB`, ''],
    ]);
    const process = worker();
    const rowsOfReport: (readonly [string, string, string])[] = [];
    for (const type of measured) {
      const measure = (control: Control) => process.engine.tensorStatistics({ path, name: type }, control);
      await measure({});
      const took: number[] = [];
      for (let round = 0; round < 3; round++) took.push(await timed(() => measure({})));
      rowsOfReport.push(
        [
          `statistics of ${((rows * columns) / 1e6).toFixed(0)} million numbers, ${type}`,
          seconds(median(took)),
          '≤ 4 s',
        ],
        [`cancelled, the slowest, ${type}`, `${(await slowestCancel(measure)).toFixed(0)} ms`, '≤ 200 ms'],
      );
    }
    rowsOfReport.push(['memory of the process at its peak', `${peak().toFixed(0)} MiB`, '']);
    report(rowsOfReport);
    await process.dispose();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
