import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localEngine, type LocalEngine } from '../../../../src/engine/localEngine';
import { FakeHub, fileOf } from '../../../servers/fakeHub';
import { FakeLlamaServer } from '../../../servers/fakeLlamaServer';
import { ownModel } from '../../../servers/ownModel';
import { families, scratchFolder } from '../../support/hubModels';
import { numbersOf } from '../../support/numbersOf';

// A model that runs on a server, with its matrices from a Hub.

const hub = new FakeHub();
const scratch = scratchFolder();
beforeAll(() => hub.listen());
afterAll(async () => {
  await hub.close();
  scratch.remove();
});

const inspectAll = { text: 'The cat', neighbours: 3, top: 5, layers: false, centred: false };

it.each([
  ['a family with one matrix', join(families, 'llama-3.gguf')],
  ['a family with capped logits and an output bias', join(families, 'gemma2-bias.gguf')],
  ['a family with two matrices', join(families, 'gptneox-untied.gguf')],
])('%s answers as with its whole file beside the server', async (_, whole) => {
  hub.add('owner/model', { 'model.gguf': fileOf(new Uint8Array(readFileSync(whole))) });
  const model = await ownModel(whole);
  const server = await FakeLlamaServer.start(model);
  const [here, there] = [localEngine(), localEngine()];
  try {
    const { path } = await here.hubGeometry({ repository: 'owner/model', folder: scratch.path, hub: hub.address });
    const connect = (engine: LocalEngine, matrices: string) =>
      engine.load({ path: server.address, server: { address: server.address, matrices }, threads: 1 });
    const [info, usual] = [await connect(here, path), await connect(there, whole)];
    expect(info.server).toEqual(usual.server);
    expect(info.source).toMatchObject({ repository: 'owner/model' });
    expect(numbersOf(await here.run({ text: 'The cat' }))).toEqual(numbersOf(await there.run({ text: 'The cat' })));
    const [mine, its] = [await here.inspect(inspectAll), await there.inspect(inspectAll)];
    expect({ ...mine, model: null }).toEqual({ ...its, model: null });
  } finally {
    await Promise.all([here.close(), there.close(), server.close(), model.close()]);
  }
});
