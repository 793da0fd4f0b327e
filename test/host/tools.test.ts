import assert from 'node:assert/strict';
import { activated, closeDocuments, inspect } from './inspecting';
import { column, invoke } from './tool';

const text = 'The capital of France is';

describe('a tool of the chat', () => {
  before(activated);
  afterEach(closeDocuments);

  it('gives the numbers that the panel shows', async () => {
    const state = await inspect(text);
    const predicted = await invoke('predict', { input: { text } });
    const shown = state.prediction?.top;
    assert.ok(shown);
    const keys = ['id', 'text', 'probability'];
    const [ids, probabilities] = [column(predicted, keys, 'id'), column(predicted, keys, 'probability')];
    shown.forEach(({ token, probability }, i) => {
      assert.equal(ids[i], token.id);
      // Six digits, and the panel's h has crossed a process as float32.
      const found = probabilities[i] ?? NaN;
      assert.ok(Math.abs(found / probability - 1) < 1e-5, `${found} against ${probability}`);
    });
    const tokens = await invoke('tokens', { input: { text } });
    const sizes = state.text?.tokens.map(({ id, size }) => [id, Number(size?.toPrecision(6))]);
    const told = column(tokens, ['id', 'text', 'size'], 'size');
    assert.deepEqual(
      column(tokens, ['id', 'text', 'size'], 'id').map((id, i) => [id, told[i]]),
      sizes,
    );
    for (const answer of [predicted, tokens]) assert.ok(!answer.includes('{'), 'the text is no JSON');
  });

  it('says what to change', async () => {
    const refusal = await invoke('neighbours', { input: { token: 'not one token' } });
    assert.match(refusal, /is not one token of this model/);
  });
});
