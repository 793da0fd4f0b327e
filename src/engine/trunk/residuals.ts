import { EngineError } from '../../shared/errors';
import type { FinalNorm } from './finalNorm';
import { angle, norm, row } from '../tools/vectors';

/** Rows of tokens, one for each of some positions: those that were read there and those that are predicted. */
export interface TokenRows {
  readonly inputs: readonly Float32Array[];
  readonly outputs: readonly Float32Array[];
  /** Their lengths. */
  readonly inputSizes: readonly number[];
  readonly outputSizes: readonly number[];
}

/**
 * What is told of the residuals at one position; one entry a residual, from before the first layer to after the last.
 */
export interface ResidualMeasures {
  /** ‖r_l‖₂, model units. */
  readonly sizes: readonly number[];
  /** Between r_l and the input token's row, degrees. */
  readonly angleToInput: readonly number[];
  /** Between the final norm of r_l and the predicted token's output row, degrees. */
  readonly angleToPrediction: readonly number[];
}

/** The measures of one position in plain arithmetic; `residuals` are positions × d each. */
export function measurePlainly(
  residuals: readonly Float32Array[],
  position: number,
  index: number,
  { inputs, outputs, inputSizes, outputSizes }: TokenRows,
  finalNorm: FinalNorm,
): ResidualMeasures {
  const [input, output] = [inputs[index] as Float32Array, outputs[index] as Float32Array];
  const rows = residuals.map((residual) => row(residual, position, input.length));
  const sizes = rows.map((residual) => norm(residual));
  return {
    sizes,
    angleToInput: rows.map((residual, layer) => angle(residual, input, sizes[layer], inputSizes[index])),
    angleToPrediction: rows.map((residual) => angle(finalNorm.of(residual), output, undefined, outputSizes[index])),
  };
}

/** A run whose numbers left what float32 holds: the model's weights are damaged, or what computes it is. */
export class NotFinite extends EngineError {
  constructor(
    /** The layer after which they were found, 0 for before the first. */
    readonly layer: number,
  ) {
    super(
      'model-damaged',
      `${layer === 0 ? 'The vectors that enter the first layer' : `The numbers after layer ${layer} of the model`} are not finite, so nothing can be told from them. The model file may be damaged: copy it again or choose another model.`,
    );
  }
}

/**
 * Throws `NotFinite` that names the first layer at fault. Layers add to the residual, and nothing that is added makes
 * NaN or an infinity finite again, so that only the last residual is looked at where all is well.
 */
export function checkFinite(residualsOf: (layer: number) => Float32Array, layers: number): void {
  if (isFinite(residualsOf(layers))) return;
  let layer = 0;
  while (layer < layers && isFinite(residualsOf(layer))) layer++;
  throw new NotFinite(layer);
}

function isFinite(values: Float32Array): boolean {
  let sum = 0;
  // 0 for a finite number, NaN for all others.
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
  return sum === 0;
}

/**
 * Degrees of an angle from the squares of the difference and of the sum of two unit vectors; see `angle`. NaN where a
 * vector was zero.
 */
export const angleFrom = (apart: number, together: number): number =>
  (360 / Math.PI) * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
