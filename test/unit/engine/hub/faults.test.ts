import { randomInt, randomLcg } from 'd3-random';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fetchGeometry } from '../../../../src/engine/hub/geometry';
import { EngineError } from '../../../../src/shared/errors';
import { FakeHub, type Fault } from '../../../servers/fakeHub';
import { expectSameGeometry, families, family, scratchFolder } from '../../support/hubModels';
import { sampled } from '../../support/sample';

// Random faults at random moments: each gives a sentence or does not matter, and what was read stays sound.

const hub = new FakeHub();
const scratch = scratchFolder();
beforeAll(async () => {
  await hub.listen();
  hub.add('owner/model', { 'model.gguf': family('llama-untied') });
});
afterAll(async () => {
  await hub.close();
  scratch.remove();
});

const faults: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
  { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:1/' } },
  { kind: 'cut', after: 0 },
  { kind: 'cut', after: 40_000 },
  { kind: 'whole' },
  { kind: 'shifted' },
  { kind: 'endless' },
  { kind: 'stalled', after: 20_000 },
  { kind: 'silent' },
  { kind: 'body', body: '' },
  { kind: 'body', body: '[null]' },
  { kind: 'body', body: '{"id": "other/name", "tags": "x"}' },
  { kind: 'body', body: '[{"type": "file", "path": "model.gguf", "size": -1}]' },
];
/** Milliseconds; the machine may be busy, so that a good answer can be given up too. */
const silence = 400;

const rounds = sampled(30, 100);

it(`${rounds} random faults each end in a sentence, and the next attempt without one works`, async () => {
  const random = randomLcg(7);
  const [which, when, folder] = [faults.length, 6, 4].map((most) => randomInt.source(random)(0, most));
  let failed = 0;
  for (let round = 0; round < rounds; round++) {
    const request = {
      repository: 'owner/model',
      folder: join(scratch.path, `${round % 25} ${folder?.()}`),
      hub: hub.address,
    };
    hub.reset();
    const [fault, at] = [faults[which?.() ?? 0], when?.() ?? 0];
    hub.fault = () => (hub.seen.length - 1 === at ? fault : undefined);
    try {
      await fetchGeometry(request, {}, silence);
    } catch (error) {
      failed++;
      expect(error, JSON.stringify(fault)).toBeInstanceOf(EngineError);
      expect((error as EngineError).message).toMatch(/^.{20,400}[.]$/);
      expect((error as EngineError).code).not.toBe('internal');
    }
    if (round % 10 !== 9) continue;
    hub.reset();
    const { path } = await fetchGeometry(request);
    await expectSameGeometry(path, join(families, 'llama-untied.gguf'));
  }
  expect(failed).toBeGreaterThan(0.3 * rounds);
});
