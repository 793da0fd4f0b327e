import type { Pushed } from '../../shared/attention';
import type { Push } from '../../shared/layers';
import { reachedShare } from '../architecture/hyperparameters';
import { dot, row, type Vector } from '../arrays/vectors';
import { biasOf } from '../model/logits';
import type { Model } from '../model/model';
import type { FinalNorm } from '../trunk/finalNorm';
import type { Replay } from '../trunk/trunk';

/**
 * What each part adds to the logit of an output row u at one position of a replay: u·(gain ⊙ part) / √(mean r_L² + ε),
 * with the final norm's denominator as it is for the whole residual, so that all parts add up to the raw logit. Where
 * layers scale the residual, a part is what reaches the last one. A LayerNorm centres each part, and its bias is a part
 * of its own, together with the output's. The way of Elhage et al., “A Mathematical Framework for Transformer
 * Circuits”, 2021.
 */
export function pushOn(model: Model, replay: Replay, index: number, unembedding: Vector, outputBias: number): Push {
  const { hyperparameters, norm } = model.needRunner();
  const { dimensions, layers } = hyperparameters;
  const seen = pushedBy(norm, unembedding, row(replay.residuals[layers] as Float32Array, index, dimensions));
  const of = (part: Float32Array, layer: number) =>
    reachedShare(hyperparameters, layer) * dot(seen, row(part, index, dimensions));
  return {
    input: of(replay.residuals[0] as Float32Array, 0),
    attention: replay.attention.map(of),
    feedForward: replay.feedForward.map(of),
    bias: outputBias + (norm.bias ? dot(unembedding, norm.bias) : 0),
  };
}

/**
 * The vector whose dot product with a part of a residual is the part's push on the logit of an output row u. `final` is
 * the last residual, whose size the norm divides by.
 */
export function pushedBy(norm: FinalNorm, unembedding: Vector, final: Vector): Float64Array {
  const scale = norm.scale(final);
  return norm.facing(unembedding).map((value) => value * scale);
}

/** The direction of a logit, or of the difference of two: the output row u, or u_A − u_B; and the same of the bias. */
export function directionOf(
  model: Model,
  { output, against }: Pushed & { readonly output: number },
): { readonly row: Vector; readonly bias: number } {
  const u = model.directions.matrix.row(output);
  const bias = biasOf(model, output);
  if (against === undefined) return { row: u, bias };
  const other = model.directions.matrix.row(against);
  return {
    row: Float64Array.from(u, (value, j) => value - (other[j] as number)),
    bias: bias - biasOf(model, against),
  };
}

/** All pushes together: the raw logit. */
export const totalPush = ({ input, attention, feedForward, bias }: Push): number =>
  [...attention, ...feedForward].reduce((sum, push) => sum + push, input + bias);
