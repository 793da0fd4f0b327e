import { fileURLToPath } from 'node:url';
import { localEngine } from '../../src/engine/localEngine';
import { loadModel } from '../../src/engine/model/load';
import type { LayerPart } from '../../src/shared/ablation';
import { defaultModel } from '../../src/shared/defaultModel';
import { table } from '../../src/tools/text';
import { textTruth } from '../unit/support/headsTruth';

// `npm run verify:attention`: every head of the default model on a short text against float64 from the equations: all
// weights, sizes and pushes, on one logit and on the difference of two; and the logits and the KL divergence of the
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

const path = fileURLToPath(new URL(`../../${defaultModel.path}`, import.meta.url));
const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
const ids = Array.from(model.tokenizer.encode(text, { plain: false }).ids);
const last = ids.length - 1;
const truth = textTruth(model, ids, output);
const engine = localEngine();
await engine.load({ path, sha256: defaultModel.sha256 });
const { heads } = await engine.attention({ text, output });

const furthest = {
  weight: 0,
  'size, relative': 0,
  push: 0,
  'push on a difference': 0,
  'logit without a part, relative': 0,
  'KL divergence without a part, bits': 0,
};
const compare = (what: keyof typeof furthest, found: number | undefined, expected: number, over = 1): void => {
  const apart = Math.abs((found ?? NaN) - expected) / over;
  // NaN stays.
  if (!(apart <= furthest[what])) furthest[what] = apart;
};
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
  compare('KL divergence without a part, bits', found.divergence, divergence(p, q));
}

const rows = Object.entries(furthest).map(([what, apart]) => [what, apart.toExponential(1), `≤ ${barOf(what)}`]);
process.stdout.write(`${table([`${heads.length} heads, furthest`, 'measured', 'bar'], rows, 'lrr')}\n`);
process.exit(Object.entries(furthest).every(([what, apart]) => apart <= barOf(what)) ? 0 : 1);

/** KL(p ‖ q) of two softmaxes, bits. */
function divergence(p: readonly number[], q: readonly number[]): number {
  const logSum = (logits: readonly number[]) => {
    const greatest = logits.reduce((most, logit) => Math.max(most, logit));
    return greatest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - greatest), 0));
  };
  const [ofP, ofQ] = [logSum(p), logSum(q)];
  return p.reduce((sum, logit, id) => {
    const own = logit - ofP;
    return sum + (Math.exp(own) * (own - ((q[id] as number) - ofQ))) / Math.LN2;
  }, 0);
}
