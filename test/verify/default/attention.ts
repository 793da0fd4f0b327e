import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { LayerPart } from '../../../src/shared/ablation';
import { defaultModel } from '../../../src/shared/defaultModel';
import { Errors } from '../../unit/support/bothTruth';
import { divergenceOf, textTruth } from '../../unit/support/headsTruth';
import { report } from './report';

// `npm run verify -- attention`: every head of the default model on a short text against float64 from the equations:
// all weights, sizes and pushes, on one logit and on the difference of two; and the logits and the KL divergence of the
// model without a head, the attention and the feed-forward of a layer. Fails if a number is further away than the bar.
// It takes some minutes and 2 GB.

const bar = 1e-5;
/** One logit of thousands lies further away than the others, because all layers run in float32. */
const barOf = (what: string): number => (what.startsWith('logit') ? 2e-5 : bar);
const text = 'The capital of France is';
const [output, against] = [7042, 4268];
const parts: readonly LayerPart[] = [
  { kind: 'head', layer: 23, head: 4 },
  { kind: 'attention', layer: 23 },
  { kind: 'feedForward', layer: 28 },
];

export async function attention(path: string): Promise<boolean> {
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const ids = Array.from(model.tokenizer.encode(text, { plain: false }).ids);
  const last = ids.length - 1;
  const truth = textTruth(model, ids, output);
  const engine = localEngine();
  await engine.load({ path, sha256: defaultModel.sha256 });
  const { heads } = await engine.attention({ text, output });

  const errors = new Errors();
  const compare = (what: string, found: number | undefined, expected: number, over = 1): void =>
    errors.compare(what, found, expected, over * barOf(what));
  for (const { layer, head, rows, size, push } of heads) {
    const expected = truth.heads[layer]?.[head];
    if (!expected) throw new Error(`There is no head ${layer}.${head}.`);
    expected.rows.forEach((row, i) => row.forEach((weight, j) => compare('weight', rows[i]?.[j], weight)));
    expected.size.forEach((one, i) => compare('size, relative', size[i], one, one));
    expected.push.forEach((one, i) => compare('push', push?.[i], one));
  }

  const other = textTruth(model, ids, against);
  const grid = await engine.headGrid({ text, position: last, output, against });
  grid.heads.forEach((ofLayer, layer) =>
    ofLayer.forEach(({ push }, head) => {
      const [a, b] = [truth, other].map((one) => one.heads[layer]?.[head]?.push[last] ?? NaN) as [number, number];
      compare('push on a difference', push, a - b);
    }),
  );
  for (const part of parts) {
    const own = part.kind === 'head' ? part.head : part.kind;
    const changed = textTruth(model, ids, output, (layer, of) => (layer === part.layer && of === own ? 'zero' : null));
    const found = await engine.ablation({ text, position: last, count: 1000, ablated: { parts: [part], by: 'zero' } });
    const [p, q] = [truth, changed].map((one) => one.logits[last] ?? []) as [readonly number[], readonly number[]];
    // Over the size of a typical logit: some lie next to 0.
    const typical = Math.sqrt(q.reduce((sum, logit) => sum + logit * logit, 0) / q.length);
    for (const { token, logits } of found.tokens)
      compare('logit without a part, relative', logits[1], q[token.id] as number, typical);
    compare('KL divergence without a part, bits', found.divergence, divergenceOf(p, q));
  }

  return report(`${heads.length} heads`, errors);
}
