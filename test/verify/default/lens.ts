import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import { defaultModel } from '../../../src/shared/defaultModel';
import { lensSteps } from '../../../src/shared/layers';
import { Errors } from '../../unit/support/bothTruth';
import { lensTruth } from '../../unit/support/lensTruth';
import { report } from './report';

// `npm run verify -- lens`: the lens of the default model on a short text against float64 from the equations, with the
// rows after attention: divergences, likeliest tokens, the tokens that lead at the last position, and the dimensions of
// the residuals. Fails if a number is further away than the bar. It takes a few minutes and 3 GB.

const bar = 1e-5;
/** The float32 layers move a divergence of a few bits by as much, whatever computes it from their residuals. */
const layersBar = 2e-5;
const barOf = (what: string): number => (what.includes('to itself') ? layersBar : bar);
const text = 'The capital of France is';

export async function lens(path: string): Promise<boolean> {
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const ids = Array.from(model.tokenizer.encode(text, { plain: false }).ids);
  const { layers, dimensions } = model.hyperparameters;
  const truth = lensTruth(model, ids);
  const engine = localEngine();
  await engine.load({ path, sha256: defaultModel.sha256 });

  const errors = new Errors();
  const compare = (what: string, found: number | undefined, expected: number, over = 1): void =>
    errors.compare(what, found, expected, over * barOf(what));

  /** By position. */
  const divergences = ids.map(() => [] as { readonly found: number; readonly expected: number }[]);
  for (const after of ['layer', 'attention'] as const) {
    const first = after === 'layer' ? 0 : 1;
    const request = { text, after, first, count: layers + 1 - first };
    const { rows } = await engine.divergence(request);
    const cells = await engine.lens({ ...request, top: 1 });
    rows.forEach((bits, index) =>
      bits.forEach((found, position) => {
        const row = { layer: first + index, after };
        const expected = truth.divergence(row, position);
        compare('divergence (bits), relative to itself above 1', found, expected, Math.max(1, expected));
        divergences[position]?.push({ found, expected });
        const likeliest = Math.exp(truth.logProbabilities(row, position).reduce((a, b) => Math.max(a, b)));
        compare('probability of the likeliest token', cells.rows[index]?.[position]?.top[0]?.probability, likeliest);
      }),
    );
  }

  for (const column of divergences) {
    const largest = Math.max(...column.map(({ expected }) => expected));
    for (const { found, expected } of column)
      compare('divergence, relative to the largest of its position', found, expected, largest);
  }

  const position = ids.length - 1;
  const { tokens } = await engine.leaders({ text, position, between: true });
  lensSteps(layers, true).forEach((row, index) => {
    const expected = truth.logProbabilities(row, position);
    for (const { token, probability } of tokens)
      compare('probability of a leading token', probability[index], Math.exp(expected[token.id] as number));
  });

  for (let layer = 0; layer <= layers; layer++)
    for (const at of ids.keys()) {
      const { largest } = await engine.dimensions({ text, position: at, layer, count: dimensions });
      const expected = truth.residuals[layer]?.[at] ?? [];
      const square = expected.reduce((sum, value) => sum + value * value, 0);
      for (const { dimension, value, share } of largest) {
        const own = expected[dimension] as number;
        compare('value of a dimension, relative to the size', value, own, Math.sqrt(square));
        compare('share of a dimension', share, (own * own) / square);
      }
    }

  return report(`${2 * layers + 1} rows`, errors);
}
