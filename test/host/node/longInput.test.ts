import assert from 'node:assert/strict';
import { defaults } from '../../../src/shared/engine';
import { activated, closeDocuments, command, open, select } from '../inspecting';

describe('bad input', () => {
  afterEach(closeDocuments);

  it('200,000 characters: tokens and sizes for what fits, predictions up to the limit, and a count of the others', async () => {
    const text = 'The lighthouse keeper counted the ships. '.repeat(5000).slice(0, 200_000);
    await select(await open(text));
    await command();
    const state = (await activated()).panelState();
    assert.deepEqual(state.status, { kind: 'ready' });
    assert.equal(state.source?.characters, 200_000);
    assert.equal(state.text?.tokens.length, 2000);
    assert.equal(state.run?.length, defaults.limit);
    assert.equal(state.text?.leftOut, (state.text?.total ?? 0) - defaults.limit);
    assert.equal(state.text?.notDrawn, (state.text?.total ?? 0) - 2000);
    assert.ok((state.text?.total ?? 0) > 30_000);
    assert.equal(state.position, defaults.limit - 1);
  }).timeout(45_000);
});
