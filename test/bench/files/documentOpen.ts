import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { FileReading } from '../../../src/extension/modelFile/reading';
import type { Control } from '../../../src/shared/engine';
import { someBytes } from '../../servers/largeModel';
import { text, writeGguf, type GgufTensor } from '../../unit/support/ggufWriter';
import { largeVocabularyKeys } from '../../unit/support/largeVocabulary';
import { builtWorker, startEngine } from '../engineUnderTest';
import { inRounds, median, milliseconds, report, seconds, slowestCancel, timed } from '../measure';

// `npm run bench -- document-open`: a file of 20 GB, most of it a hole, opened as a document in a
// fresh process as the extension starts it: from the request to what its page shows, with the start of the process.
// Then the statistics of tensors of 102 million numbers, whose bytes are in the system's cache.

const vocabulary = 262_144;
const dimensions = 2560;
const tensorCount = 5000;
const keyCount = 300;
const fileBytes = 20e9;
const rounds = 5;
const measured: readonly TensorType[] = ['F16', 'Q4_K'];
const [rows, columns] = [10_000, 10_240];

const bytesOf = (type: TensorType, rowCount: number, rowLength: number): number =>
  (rowCount * rowLength * tensorTypes[type].bytes) / tensorTypes[type].length;

function write(path: string): void {
  const tensors: GgufTensor[] = [];
  let end = 0;
  const add = (name: string, type: TensorType, shape: readonly [number, number]) => {
    const offset = Math.ceil(end / 32) * 32;
    const dimensions = shape.toReversed();
    tensors.push({ name, dimensions, type: tensorTypes[type].ggufId, data: new Uint8Array(0), offset: BigInt(offset) });
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
    const some = someBytes(bytesOf(type, 100, columns));
    for (let row = 0; row < rows; row += 100)
      writeSync(file, some, 0, some.length, start + at + (row / 100) * some.length);
  }
  ftruncateSync(file, start + end);
  closeSync(file);
}

/** Milliseconds to the contents, then to the summary; the process's memory, MiB. */
async function open(path: string) {
  const start = performance.now();
  const { engine, peak, processorTime, end } = startEngine(builtWorker());
  let contents = NaN;
  const reading = new FileReading({ name: 'large.gguf', path }, engine, {
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
  await end();
  return { contents, summary, memory, work, sent: JSON.stringify(view).length };
}

export async function documentOpen(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-bench-'));
  const path = join(folder, 'large.gguf');
  try {
    write(path);
    const opened: Awaited<ReturnType<typeof open>>[] = [];
    for (let round = 0; round < rounds; round++) opened.push(await open(path));
    const middle = (of: keyof (typeof opened)[number]) => median(opened.map((one) => one[of]));
    const { engine, end } = startEngine(builtWorker());
    const statistics: (readonly [string, string, string])[] = [];
    for (const name of measured) {
      const measure = (control: Control) => engine.tensorStatistics({ path, name }, control);
      await measure({});
      const { took } = await inRounds(3, { took: () => timed(() => measure({})) });
      statistics.push(
        [
          `statistics of ${((rows * columns) / 1e6).toFixed(0)} million numbers, ${name}`,
          seconds(median(took)),
          '≤ 4 s',
        ],
        [`cancelled, the slowest, ${name}`, milliseconds(await slowestCancel(measure)), '≤ 200 ms'],
      );
    }
    await end();
    report([
      ['from the request to keys and tensors', seconds(middle('contents')), '≤ 1.0 s'],
      ['from the request to all of the header', seconds(middle('summary')), '≤ 1.0 s'],
      ['processor time of the process', `${middle('work').toFixed(2)} s`, ''],
      ['memory of the process at its peak', `${middle('memory').toFixed(0)} MiB`, '≤ 120 MiB'],
      ['what the page gets', `${(middle('sent') / 1e6).toFixed(2)} MB`, ''],
      ...statistics,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
