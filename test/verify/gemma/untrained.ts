import { referenceOf, untrainedCosines } from '../../../src/engine/lab/untrained';
import { loadModel } from '../../../src/engine/model/load';
import { table } from '../../../src/tools/text';

/**
 * How well the cosine to the tokens that are known to be unused tells the other tokens of that kind from all the rest:
 * the area under the curve, 0.5 by chance, beside that of sizes. Whether it is at least 0.99.
 */
export async function untrained(path: string): Promise<boolean> {
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
  return area >= 0.99;
}
