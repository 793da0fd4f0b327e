import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import { tensorVector } from '../architecture/layers';
import { dot, layerNormOf, mean, rmsNormOf, type Vector } from '../arrays/vectors';
import { tensorOf, type Weights } from '../weights/weights';

/** The norm between the last residual and the unembedding, in float64. */
export class FinalNorm {
  constructor(
    /** d long. */
    readonly gain: Float32Array,
    /** d long; `null` for RMSNorm, which neither centres nor adds anything. */
    readonly bias: Float32Array | null,
    readonly epsilon: number,
  ) {}

  static read(
    weights: Weights,
    { norm, embedding, finalNorm, finalNormBias }: Architecture,
    { epsilon, logitDivisor = 1 }: Pick<Hyperparameters, 'epsilon' | 'logitDivisor'>,
  ): FinalNorm {
    const dimensions = tensorOf(weights, embedding).shape.at(-1) as number;
    const read = (name: string) =>
      tensorVector(weights, tensorOf(weights, name), dimensions).map((value) => value / logitDivisor);
    const bias = finalNormBias === undefined ? new Float32Array(dimensions) : read(finalNormBias);
    return new FinalNorm(read(finalNorm), norm === 'LayerNorm' ? bias : null, epsilon);
  }

  of(residual: Vector, into?: Float64Array<ArrayBuffer>): Float64Array {
    return this.bias
      ? layerNormOf(residual, this.gain, this.bias, this.epsilon, into)
      : rmsNormOf(residual, this.gain, this.epsilon, into);
  }

  /** The factor 1/√(…) for this residual. */
  scale(residual: Vector): number {
    const centre = this.bias ? mean(residual) : 0;
    return 1 / Math.sqrt(dot(residual, residual) / residual.length - centre * centre + this.epsilon);
  }

  /**
   * What the norm makes of a part of a residual, up to its scale and without its bias: gain ⊙ part, with the part
   * centred if the norm centres.
   */
  ofPart(part: Vector): Float64Array {
    const centre = this.bias ? mean(part) : 0;
    return Float64Array.from(part, (value, j) => (value - centre) * (this.gain[j] as number));
  }

  /**
   * The vector whose dot product with an unscaled part of the residual gives the logit: gain ⊙ u, centred if the norm
   * centres.
   */
  facing(unembedding: Vector): Float64Array {
    const facing = Float64Array.from(unembedding, (u, j) => u * (this.gain[j] as number));
    if (!this.bias) return facing;
    const centre = mean(facing);
    return facing.map((value) => value - centre);
  }
}
