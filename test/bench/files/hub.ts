import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEngineProcess } from '../../../src/extension/node/engineProcess';
import { connectEngine } from '../../../src/shared/enginePort';
import { FakeHub } from '../../servers/fakeHub';
import { largeModel } from '../../servers/largeModel';
import { print, report } from '../measure';
import { processorTime } from '../processFacts';

// `npm run build && npm run bench -- hub`: the geometry of a file of 20 GB, read by ranges from a server
// in this process, in an engine as the extension starts it, and the neighbours of one token. Never fails on a time.

const rounds = 3;
const workerFile = fileURLToPath(new URL('../../dist/node/worker.mjs', import.meta.url));
const MB = 1e6;

const shapes = { vocabulary: 152_064, bytes: 20e9, type: 'Q4_K' } as const;
const cases = [
  ['one matrix of 5,120 dimensions', { ...shapes, dimensions: 5120, untied: false }],
  ['two matrices of 3,584 dimensions', { ...shapes, dimensions: 3584, untied: true }],
] as const;

export async function hub(): Promise<void> {
  const hub = new FakeHub();
  await hub.listen();
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-bench-'));
  const worker = startEngineProcess(workerFile);
  const engine = connectEngine(worker);
  const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`;
  try {
    await engine.encode({ encoding: 'r50k_base', text: '' });
    for (const [name, shape] of cases) {
      const model = largeModel(shape);
      hub.add('large/model', { 'large-Q4_K_M.gguf': model });
      const most = model.headerBytes + model.matrixBytes + 2 ** 20;
      for (let round = 1; round <= rounds; round++) {
        hub.reset();
        const start = performance.now();
        const request = { repository: 'large/model', folder: join(folder, `${name} ${round}`), hub: hub.address };
        const { path } = await engine.hubGeometry(request);
        const [read, before] = [performance.now(), processorTime()];
        const { vocabulary } = await engine.load({ path, geometryOnly: true });
        const loaded = performance.now();
        await engine.neighbours({ id: Math.floor(vocabulary / 3), count: 10, centred: false });
        const [end, after] = [performance.now(), processorTime()];
        print(`${name}, round ${round} of ${rounds}`);
        report([
          ['bytes read', `${(hub.sent / MB).toFixed(1)} MB`, `≤ ${(most / MB).toFixed(1)} MB`],
          ['of a file of', `${(model.size / MB).toFixed(0)} MB`, ''],
          ['time of reading', seconds(read - start), ''],
          ['load of the geometry', seconds(loaded - read), ''],
          ['from the last byte to the first neighbours', seconds(end - read), '< 1.5 s'],
          ['processor time of that, all threads', `${(after - before).toFixed(2)} s`, ''],
        ]);
        rmSync(request.folder, { recursive: true });
      }
    }
  } finally {
    await worker.terminate();
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
