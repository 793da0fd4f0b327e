import assert from 'node:assert/strict';
import type { Inspection } from '../../src/shared/inspection';
import { activated, closeDocuments, inspect } from './inspecting';
import { invoke } from './tool';

const text = 'The capital of France is';

describe('a tool of the chat', () => {
  before(activated);
  afterEach(closeDocuments);

  it('gives the numbers that the panel shows', async () => {
    const state = await inspect(text);
    const predicted = (await invoke<Inspection>('predict', { input: { text } })).json().predictions?.[0];
    const shown = state.prediction?.top;
    assert.ok(predicted && shown);
    shown.forEach(({ token, probability }, i) => {
      const found = predicted.top[i];
      assert.equal(found?.id, token.id);
      // The panel's h has crossed a process as float32.
      assert.ok(Math.abs(found.probability / probability - 1) < 1e-6, `${found.probability} against ${probability}`);
    });
    const { tokens } = (await invoke<Inspection>('tokens', { input: { text } })).json();
    assert.deepEqual(
      tokens.map(({ id, size }) => [id, size]),
      state.text?.tokens.map(({ id, size }) => [id, size]),
    );
  });

  it('says what to change', async () => {
    const { text: refusal } = await invoke('neighbours', { input: { token: 'not one token' } });
    assert.match(refusal, /is not one token of this model/);
  });
});
