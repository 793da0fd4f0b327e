import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import type { LayerPart, Replacement } from '../../../src/shared/ablation';
import { attentionFamilies, familyTruth, hybridNames, loadedFamily } from '../support/families';
import { divergenceOf, textTruth, type Change, type TextTruth } from '../support/headsTruth';
import { numbersOf } from '../support/numbersOf';
import { deviation } from '../support/truth';

// The model without a part, of every family: against float64 from the equations with that part replaced.

const parts: readonly LayerPart[] = [
  { kind: 'head', layer: 0, head: 1 },
  { kind: 'head', layer: 1, head: 0 },
  { kind: 'attention', layer: 1 },
  { kind: 'feedForward', layer: 0 },
  { kind: 'neuron', layer: 1, index: 3 },
];
/** Each kind of part once; what it is set to does not depend on the kind. The first layers of hybrids have no heads. */
const changesOf = (name: string) =>
  parts
    .map((part) => (part.kind === 'head' && hybridNames.includes(name) ? { ...part, layer: 4 } : part))
    .map((part, i) => [part, i % 2 === 0 ? 'mean' : 'zero'] as const);

const meanOf = (rows: readonly (readonly number[])[]): number[] =>
  (rows[0] ?? []).map((_, j) => rows.reduce((sum, row) => sum + (row[j] as number), 0) / rows.length);

/** The change of the equations that leaves out a part. */
function changeOf(part: LayerPart, by: Replacement, whole: TextTruth): Change {
  if (part.kind === 'neuron') {
    const fired = whole.fired[part.layer] ?? [];
    const [to = 0] = by === 'zero' ? [] : meanOf(fired.map((row) => [row[part.index] as number]));
    return (layer, own, position) =>
      layer === part.layer && own === 'neurons'
        ? (fired[position] ?? []).map((value, i) => (i === part.index ? to : value))
        : null;
  }
  if (part.kind === 'expert') throw new RangeError('Experts have a test of their own.');
  const rows = part.kind === 'head' ? whole.mixed[part.layer]?.[part.head] : whole[part.kind][part.layer];
  const to = by === 'zero' ? 'zero' : meanOf(rows ?? []);
  return (layer, own) => (layer === part.layer && own === (part.kind === 'head' ? part.head : part.kind) ? to : null);
}

describe.each([...attentionFamilies, ...hybridNames])('%s', (name) => {
  const limit = 12;
  const { text, ids: all } = familyTruth(name);
  const ids = all.slice(0, limit);
  let engine: LocalEngine;
  let model: Model;
  let whole: TextTruth;
  beforeAll(async () => {
    ({ model, engine } = await loadedFamily(name));
    whole = textTruth(model, ids, 0);
  });

  it.each(changesOf(name))('predicts without %o, set to %s, what the equations predict', async (part, by) => {
    const truth = textTruth(model, ids, 0, changeOf(part, by, whole));
    for (const position of [0, ids.length - 1]) {
      const found = await engine.ablation({
        ...{ text, limit, position, count: model.vocabulary.length },
        ablated: { parts: [part], by },
      });
      const expected = [whole.logits[position] ?? [], truth.logits[position] ?? []] as const;
      for (const side of [0, 1] as const) {
        const logits: number[] = [];
        for (const { token, logits: both } of found.tokens) logits[token.id] = model.capped(both[side]);
        expect(deviation([expected[side]], [logits])).toBeLessThanOrEqual(1e-5);
      }
      const divergence = divergenceOf(...expected);
      expect(Math.abs(found.divergence - divergence) / Math.max(1, divergence)).toBeLessThanOrEqual(1e-5);
    }
  });

  it('is the complete model again afterwards', async () => {
    const before = numbersOf(await engine.run({ text }));
    await engine.ablation({
      text,
      position: 3,
      count: 3,
      ablated: { parts: changesOf(name).map(([part]) => part), by: 'mean' },
    });
    expect(numbersOf(await engine.run({ text }))).toEqual(before);
  });
});

it('names what there is instead of a part that there is not', async () => {
  const { engine } = await loadedFamily('llama-3');
  const without = (part: LayerPart) =>
    engine.ablation({ text: 'a b', position: 0, count: 3, ablated: { parts: [part], by: 'zero' } });
  await expect(without({ kind: 'attention', layer: 99 })).rejects.toThrow(/layer is 99. Give 0 to /);
  await expect(without({ kind: 'head', layer: 0, head: 99 })).rejects.toThrow(/head is 99/);
});
