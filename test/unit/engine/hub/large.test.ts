import { statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchGeometry } from '../../../../src/engine/hub/geometry';
import { localEngine } from '../../../../src/engine/localEngine';
import type { Progress } from '../../../../src/shared/engine';
import { FakeHub } from '../../../servers/fakeHub';
import { largeModel } from '../../../servers/largeModel';
import { scratchFolder } from '../../support/hubModels';

// What is read of a file of 20 GB.

const MiB = 2 ** 20;
const hub = new FakeHub();
const scratch = scratchFolder();
beforeAll(() => hub.listen());
afterAll(async () => {
  await hub.close();
  scratch.remove();
});
beforeEach(() => hub.reset());

describe.each([
  ['one matrix', false],
  ['two matrices', true],
])('of a model of 20 GB with %s', (_, untied) => {
  const model = largeModel({ vocabulary: 30_000, dimensions: 32, bytes: 20e9, untied });
  const repository = `large/${untied ? 'untied' : 'tied'}`;
  hub.add(repository, { 'large-F16.gguf': model });

  it('no more is read than the header, the matrices and 1 MiB', async () => {
    expect(model.size).toBeGreaterThan(19.9e9);
    expect(model.headerBytes).toBeGreaterThan(MiB / 2);
    const told: Progress[] = [];
    const { path, bytesRead, bytesOfFile } = await fetchGeometry(
      { repository, folder: scratch.path, hub: hub.address },
      { onProgress: (progress) => told.push(progress) },
    );
    expect(hub.sent).toBeLessThanOrEqual(model.headerBytes + model.matrixBytes + MiB);
    // Three questions for the file's size and state take a byte each.
    expect(hub.sent - bytesRead).toBeLessThanOrEqual(3);
    expect(bytesOfFile).toBe(model.size);
    expect(told[0]).toEqual({ stage: 'header', fraction: 0 });
    const last = told.at(-1);
    expect(last).toMatchObject({ stage: 'download', fraction: 1 });
    expect(last?.fetched).toEqual({ bytes: statSync(path).size, of: statSync(path).size });

    const engine = localEngine();
    const info = await engine.load({ path, geometryOnly: true, threads: 1 });
    expect(info).toMatchObject({ vocabulary: 30_000, dimensions: 32, tied: !untied });
    const { lists } = await engine.neighbours({ id: 5, count: 3, centred: false });
    expect(lists.euclidean[0]).toMatchObject({ token: { id: 5 } });
    await engine.close();
  });
});
