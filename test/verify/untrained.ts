import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { referenceOf, untrainedCosines } from '../../src/engine/lab/untrained';
import { loadModel } from '../../src/engine/model/load';
import { defaultModel } from '../../src/shared/defaultModel';
import { table } from '../../src/tools/text';

// `npm run verify:untrained -- --model FILE`: how well the cosine to the tokens that are known to be unused tells the
// other tokens of that kind from all the rest: the area under the curve, 0.5 by chance, beside that of sizes. The
// file is Gemma 3 270M in Q4_K_M, with 6,242 tokens named <unused…>; see gemma.ts for where it comes from. Without a
// file the default model is measured, whose reserved tokens are few. Ends with 1 below 0.99.

const { values } = parseArgs({ options: { model: { type: 'string' } } });
const path = values.model ?? fileURLToPath(new URL(`../../${defaultModel.path}`, import.meta.url));
const { model } = await loadModel({ path, geometryOnly: true }, undefined, () => undefined);
const { kind, ids } = referenceOf(model, {});
const start = performance.now();
const { cosines, principal } = await untrainedCosines(model, ids, undefined, () => undefined);
const seconds = (performance.now() - start) / 1000;

const isReference = new Set(ids);
const isUnused = (id: number) => /^<unused\d+>$/.test(model.tokenizer.textOf(id));
const others = Array.from({ length: model.vocabulary.length }, (_, id) => id).filter((id) => !isReference.has(id));
const unused = others.filter(isUnused);

/** The share of pairs of an unused token and another one in which the unused one has the larger value. */
function areaUnderCurve(values: Float64Array): number {
  const order = others.toSorted((a, b) => (values[a] as number) - (values[b] as number));
  let [before, sum] = [0, 0];
  for (const id of order) {
    if (isUnused(id)) sum += before;
    else before++;
  }
  return sum / unused.length / before;
}

const area = areaUnderCurve(cosines);
const ofSizes = areaUnderCurve(model.vocabulary.sizes.of);
process.stdout.write(
  table(
    [`${ids.length} tokens of kind “${kind}”, ${unused.length} others named <unused…>`, 'measured', 'bar'],
    [
      ['first principal component, share of the variance', principal.toFixed(4), ''],
      ['area under the curve, cosine', area.toFixed(4), '≥ 0.99'],
      ['the same of sizes', ofSizes.toFixed(4), ''],
      ['time', `${seconds.toFixed(1)} s`, ''],
    ],
    'lrr',
  ),
);
await model.release();
process.exit(unused.length > 0 && !(area >= 0.99) ? 1 : 0);
