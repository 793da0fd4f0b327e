import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeHub } from '../../servers/fakeHub';
import { largeModel } from '../../servers/largeModel';
import { builtWorker, startEngine } from '../engineUnderTest';
import { print, report, seconds } from '../measure';

// `npm run bench -- hub`: the geometry of a file of 20 GB, read by ranges from a server
// in this process, in an engine as the extension starts it, and the neighbours of one token.

const rounds = 3;
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
  const { engine, processorTime, end } = startEngine(builtWorker());
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
        const [ended, after] = [performance.now(), processorTime()];
        print(`${name}, round ${round} of ${rounds}`);
        report([
          ['bytes read', `${(hub.sent / MB).toFixed(1)} MB`, `≤ ${(most / MB).toFixed(1)} MB`],
          ['of a file of', `${(model.size / MB).toFixed(0)} MB`, ''],
          ['time of reading', seconds(read - start), ''],
          ['load of the geometry', seconds(loaded - read), ''],
          ['from the last byte to the first neighbours', seconds(ended - read), '< 1.5 s'],
          ['processor time of that, all threads', `${(after - before).toFixed(2)} s`, ''],
        ]);
        rmSync(request.folder, { recursive: true });
      }
    }
  } finally {
    await end();
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
