import assert from 'node:assert/strict';
import type { InspectedEntry, Inspection } from '../../src/shared/inspection';
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

  it('answers why, neighbours and model', async () => {
    const { why } = (await invoke<Inspection>('why', { input: { text, a: ' Paris', b: ' London' } })).json();
    assert.ok(why && Math.abs(why.logits[0] - why.logits[1] - why.difference) < 1e-9);
    const near = await invoke<{ readonly neighbours: { readonly euclidean: readonly InspectedEntry[] } }>(
      'neighbours',
      { input: { token: ' king' } },
    );
    assert.equal(near.json().neighbours.euclidean[1]?.text, ' King');
    assert.match((await invoke('model', { input: {} })).text, /^SmolLM2-135M-Instruct: /);
  });

  it('fits the budget of the caller', async () => {
    const { text: answer } = await invoke('predict', { input: { text, top: 200 }, budget: 2500 });
    assert.ok(answer.length <= 2500, `${answer.length} characters`);
    assert.match(answer, /Left out to fit the budget: .*\d+ of 200 predictions/);
    assert.match(answer, /The chat allows 2,500 tokens for this answer\./);
  });

  it('says what to change', async () => {
    const { text: refusal } = await invoke('neighbours', { input: { token: 'not one token' } });
    assert.match(refusal, /is not one token of this model/);
  });
});
