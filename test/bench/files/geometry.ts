import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import { tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { startEngineProcess } from '../../../src/extension/node/engineProcess';
import { connectEngine } from '../../../src/shared/enginePort';
import { writeGguf, type GgufTensor } from '../../unit/support/ggufWriter';
import { largeVocabularyKeys } from '../../unit/support/largeVocabulary';
import { print, report } from '../measure';
import { peak, processorTime } from '../processFacts';
import { blockTypes, randomBlocks, type BlockType } from '../randomBlocks';

// `npm run build && npm run bench -- geometry`: the geometry of a file of 20 GB, of which all
// but the embedding is a hole, loaded in a fresh process as the extension starts it, and the neighbours of one token;
// beside it a plain case. What is read of the file is in the system's cache, so that no disk is measured. Never fails
// on a time.

const rounds = 3;
const root = new URL('../../', import.meta.url);
const workerFile = fileURLToPath(new URL('dist/node/worker.mjs', root));

interface Case {
  readonly vocabulary: number;
  readonly dimensions: number;
  readonly type: BlockType;
  readonly fileBytes: number;
}

/**
 * A model with random rows and as many tokens and merges as a real one; the layers take space in the file only where it
 * has any.
 */
function write(path: string, { vocabulary, dimensions, type, fileBytes }: Case): void {
  const block = tensorTypes[type as TensorType];
  const matrixBytes = (vocabulary * dimensions * block.bytes) / block.length;
  const matrix: GgufTensor = {
    name: 'token_embd.weight',
    dimensions: [dimensions, vocabulary],
    type: blockTypes[type],
    data: new Uint8Array(0),
  };
  const layerColumns = 2 ** 20;
  const header = (layerRows: number) =>
    writeGguf({
      keys: largeVocabularyKeys(vocabulary, dimensions),
      tensors: [
        matrix,
        ...(layerRows > 0
          ? [
              {
                name: 'blk.0.ffn_up.weight',
                dimensions: [layerColumns, layerRows],
                type: blockTypes.Q8_0,
                data: new Uint8Array(0),
                offset: BigInt(Math.ceil(matrixBytes / 32) * 32),
              },
            ]
          : []),
      ],
    });
  const layerRowBytes = (layerColumns / 32) * 34;
  const layerRows = Math.floor(Math.max(0, fileBytes - matrixBytes) / layerRowBytes);
  const bytes = header(layerRows);
  const file = openSync(path, 'w');
  writeSync(file, bytes, 0, bytes.length, 0);
  let at = Math.ceil(bytes.length / 32) * 32;
  const rowsAtATime = 64;
  const blocksAtATime = (rowsAtATime * dimensions) / block.length;
  for (let first = 0; first < vocabulary; first += rowsAtATime) {
    const count = Math.min(rowsAtATime, vocabulary - first);
    const rows = randomBlocks(type, (blocksAtATime * count) / rowsAtATime);
    writeSync(file, rows, 0, rows.length, at);
    at += rows.length;
  }
  ftruncateSync(file, Math.ceil(at / 32) * 32 + layerRows * layerRowBytes);
  closeSync(file);
}

/** Seconds of reading the matrix's bytes and nothing else, a MiB at a time. */
function plainRead(path: string): { readonly seconds: number; readonly bytes: number } {
  const source = openSource(path);
  const tensor = readGguf(source).tensors.get('token_embd.weight');
  source.close();
  if (!tensor) throw new Error('There is no embedding in the file that was written.');
  const file = openSync(path, 'r');
  const room = new Uint8Array(2 ** 20);
  const start = performance.now();
  for (let at = 0; at < tensor.byteLength; at += room.length)
    readSync(file, room, 0, Math.min(room.length, tensor.byteLength - at), tensor.offset + at);
  const seconds = (performance.now() - start) / 1000;
  closeSync(file);
  return { seconds, bytes: tensor.byteLength };
}

const MiB = 2 ** 20;

async function measure(path: string) {
  const started = performance.now();
  const worker = startEngineProcess(workerFile);
  const engine = connectEngine(worker);
  await engine.encode({ encoding: 'r50k_base', text: '' }).catch(() => undefined);
  const bare = peak();
  const before = processorTime();
  const start = performance.now();
  const info = await engine.load({ path, geometryOnly: true });
  const loaded = performance.now();
  const afterLoad = processorTime();
  await engine.neighbours({ id: Math.floor(info.vocabulary / 3), count: 10, centred: false });
  const end = performance.now();
  const most = peak();
  const afterNeighbours = processorTime();
  await engine.neighbours({ id: Math.floor(info.vocabulary / 2), count: 10, centred: false });
  const second = (performance.now() - end) / 1000;
  await worker.terminate();
  return {
    loadWork: afterLoad - before,
    neighboursWork: afterNeighbours - afterLoad,
    start: (start - started) / 1000,
    load: (loaded - start) / 1000,
    neighbours: (end - loaded) / 1000,
    second,
    bare,
    peak: most,
  };
}

export async function geometry(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-bench-'));
  const seconds = (time: number) => `${time.toFixed(2)} s`;
  try {
    const cases: readonly (readonly [string, Case])[] = [
      ['20 GB', { vocabulary: 152_064, dimensions: 5120, type: 'Q4_K', fileBytes: 20e9 }],
      ['plain', { vocabulary: 49_152, dimensions: 576, type: 'Q8_0', fileBytes: 0 }],
    ];
    for (const [name, made] of cases) {
      const path = join(folder, `${name.replaceAll(' ', '')}.gguf`);
      write(path, made);
      for (let round = 1; round <= rounds; round++) {
        plainRead(path);
        const read = plainRead(path);
        const took = await measure(path);
        const matrix = read.bytes / MiB;
        print(`${name}, V ${made.vocabulary} × d ${made.dimensions}, ${made.type}, round ${round} of ${rounds}`);
        report([
          [`reading the matrix's ${matrix.toFixed(0)} MiB`, seconds(read.seconds), ''],
          ['load of the geometry', seconds(took.load), ''],
          ['first neighbours', seconds(took.neighbours), ''],
          ['load beyond reading', seconds(took.load - read.seconds), name === '20 GB' ? '< 2 s' : ''],
          ['load and first neighbours, beyond reading once', seconds(took.load + took.neighbours - read.seconds), ''],
          ['processor time of the load, all threads', seconds(took.loadWork), ''],
          ['processor time of the neighbours, all threads', seconds(took.neighboursWork), ''],
          ['start of the process, not counted above', seconds(took.start), ''],
          [
            'peak memory of the process',
            `${took.peak.toFixed(0)} MiB`,
            name === '20 GB' ? `≤ ${(matrix + 200).toFixed(0)} MiB` : '',
          ],
          ['of it the process before the load', `${took.bare.toFixed(0)} MiB`, ''],
          ['other neighbours', seconds(took.second), ''],
        ]);
      }
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
