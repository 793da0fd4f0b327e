import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { largeModel, writeSparsely } from '../../servers/largeModel';
import { builtWorker, startEngine } from '../engineUnderTest';
import { print, report, timed } from '../measure';

// `npm run bench -- geometry`: the geometry of a file of 20 GB, of which all but the embedding is a hole, loaded in a
// fresh process as the extension starts it, and the neighbours of one token. What is read of the file is in the
// system's cache, so that no disk is measured.

const rounds = 3;
const shape = { vocabulary: 152_064, dimensions: 5120, bytes: 20e9, untied: false, type: 'Q4_K' } as const;

export async function geometry(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-bench-'));
  const seconds = (time: number) => `${time.toFixed(2)} s`;
  try {
    const path = join(folder, 'large.gguf');
    const model = largeModel(shape);
    const read = writeSparsely(path, model);
    const matrix = model.matrixBytes / 2 ** 20;
    for (let round = 1; round <= rounds; round++) {
      read();
      const reading = read();
      const { engine, peak, processorTime, end } = startEngine(builtWorker());
      await engine.encode({ encoding: 'r50k_base', text: '' }).catch(() => undefined);
      const work = processorTime();
      const load = (await timed(() => engine.load({ path, geometryOnly: true }))) / 1000;
      const ask = async (id: number) =>
        (await timed(() => engine.neighbours({ id, count: 10, centred: false }))) / 1000;
      const first = await ask(Math.floor(shape.vocabulary / 3));
      print(`V ${shape.vocabulary} × d ${shape.dimensions}, ${shape.type}, round ${round} of ${rounds}`);
      report([
        [`reading the matrix's ${matrix.toFixed(0)} MiB`, seconds(reading), ''],
        ['load of the geometry', seconds(load), ''],
        ['first neighbours', seconds(first), ''],
        ['load beyond reading', seconds(load - reading), '< 2 s'],
        ['processor time of both, all threads', seconds(processorTime() - work), ''],
        ['peak memory of the process', `${peak().toFixed(0)} MiB`, `≤ ${(matrix + 200).toFixed(0)} MiB`],
        ['other neighbours', seconds(await ask(Math.floor(shape.vocabulary / 2))), ''],
      ]);
      await end();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
