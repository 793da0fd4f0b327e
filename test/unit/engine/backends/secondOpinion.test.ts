import { describe, expect, it } from 'vitest';
import type { Session } from '../../../../src/engine/backends/onnx/runtime';
import { graphsOf, SessionTrunk } from '../../../../src/engine/backends/onnx/sessionTrunk';
import type { TrunkStore } from '../../../../src/engine/trunk/trunk';
import { familyNames, hybridNames, loadedFamily, ownKernelNames } from '../../support/families';
import { onnxSession } from '../../support/onnxSession';
import { deviation } from '../../support/truth';

// The same layers on our kernels and on the ONNX runtime, for texts of lengths that are no multiple of sixteen, whole
// and grown.

const lengths = [1, 2, 3, 15, 17, 33, 129];

it.each(['olmoe', ...hybridNames])('%s has none', async (name) => {
  const { model } = await loadedFamily(name);
  expect(() => [...graphsOf(model).graphs('wasm')]).toThrow(/^Experts, convolutions, recurrences and shared keys/);
});

describe.each(familyNames.filter((name) => !ownKernelNames.includes(name)))('%s', (name) => {
  it('has the residuals and the sizes of its parts that the other runtime gives', async () => {
    const { model } = await loadedFamily(name);
    const { trunk, hyperparameters } = model.needRunner();
    const graphs = graphsOf(model);
    const { layers, contextLength } = hyperparameters;
    const sessions: Session[] = [];
    for (const graph of graphs.graphs('wasm')) sessions.push(await onnxSession(graph));
    const parts = Array.from({ length: layers }, (_, layer) => layer);
    // Copies: each run of a trunk overwrites what it gave before.
    const copied = (store: TrunkStore) => ({
      residuals: [...parts, layers].map((layer) => store.residuals(layer).slice()),
      sizes: parts.flatMap((layer) => [store.attentionSize(layer).slice(), store.feedForwardSize(layer).slice()]),
    });
    const grown = trunk.home.fresh();
    for (const length of lengths.map((asked) => Math.min(asked, contextLength))) {
      const ids = Array.from({ length }, (_, i) => (7 * i + 3) % model.vocabulary.length);
      const expected = copied(await new SessionTrunk(graphs, sessions).run(ids, {}));
      const whole = trunk.home.fresh();
      for (const found of [copied(await whole.run(ids, {})), copied(await grown.run(ids, {}))]) {
        found.residuals.forEach((residual, layer) =>
          expect(
            deviation([residual], [expected.residuals[layer] as Float32Array]),
            `${length} positions, residual ${layer}`,
          ).toBeLessThanOrEqual(2e-6),
        );
        found.sizes.forEach((sizes, part) =>
          expect(
            deviation([sizes], [expected.sizes[part] as Float64Array]),
            `${length} positions, part ${part}`,
          ).toBeLessThanOrEqual(2e-6),
        );
      }
      whole.release();
    }
    grown.release();
    await Promise.all(sessions.map((session) => session.release()));
  });
});
