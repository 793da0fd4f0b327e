import assert from 'node:assert/strict';
import type { PanelState } from '../../src/shared/panel';
import reference from '../fixtures/reference.json';
import { closeAll, inspect } from './inspecting';

function near(actual: number | undefined, expected: number | undefined, tolerance: number, what: string): void {
  assert.ok(
    actual !== undefined && expected !== undefined && Math.abs(actual - expected) <= tolerance,
    `${what}: ${actual}, expected ${expected} within ${tolerance}`,
  );
}

const text = ({ text }: PanelState) => {
  assert.ok(text);
  return text;
};

describe('an inspection in the editor is true to the reference', () => {
  after(closeAll);

  // The unit tests compare all of them: here the numbers cross from the engine to the panel.
  for (const run of reference.runs.slice(0, 1)) {
    it(`for ${JSON.stringify(run.text)}`, async () => {
      const state = await inspect(run.text);
      assert.deepEqual(
        text(state).tokens.map(({ id }) => id),
        run.ids,
      );
      assert.equal(state.position, run.ids.length - 1);
      const { prediction, run: view } = state;
      assert.ok(prediction && view);
      for (const [index, bits] of run['entropy bits [position]'].entries())
        near(view.entropy[index] ?? NaN, bits, 2e-4, `entropy at ${index}`);
      assert.equal(view.surprisal[0], null);
      for (const [index, bits] of run['surprisal bits of the next token [position 1..]'].entries())
        near(view.surprisal[index + 1] ?? NaN, bits, 2e-4, `surprisal at ${index + 1}`);
      for (const [index, size] of run['final hidden norm [position]'].entries())
        near(view.hiddenSize[index] ?? NaN, size, 1e-5 * size, `size of h at ${index}`);
      const top = run['top 20, last position'];
      assert.deepEqual(
        prediction.top.map(({ token }) => token.id),
        top.map(({ id }) => id),
      );
      for (const [index, { logit, probability, cosine, size }] of top.entries()) {
        const row = prediction.top[index];
        near(row?.logit, logit, 2e-4, 'logit');
        near(row?.probability, probability, 2e-4, 'probability');
        near(row?.values.cosine, cosine, 1e-5, 'cosine');
        near(row?.token.size, size, 1e-5 * size, 'size');
      }
    });
  }
});
