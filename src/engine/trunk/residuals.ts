import { EngineError, said } from '../../shared/errors';

/** For each of some positions, the row of its token and that of the predicted token. */
export interface TokenRows {
  readonly inputs: readonly Float32Array[];
  readonly outputs: readonly Float32Array[];
  readonly inputSizes: readonly number[];
  readonly outputSizes: readonly number[];
}

/** Measures of the residuals at one position, from before the first layer to after the last. */
export interface ResidualMeasures {
  /** ‖r_l‖₂, model units. */
  readonly sizes: readonly number[];
  /** Angle between r_l and the input token's row, degrees. */
  readonly angleToInput: readonly number[];
  /** Angle between the final norm of r_l and the predicted token's output row, degrees. */
  readonly angleToPrediction: readonly number[];
}

/** A run overflowed float32: the weights are damaged, or the backend is wrong. */
export class NotFinite extends EngineError {
  constructor(
    /** The first residual at fault: 0 before the layers, L after the last one. */
    readonly residual: number,
  ) {
    super(
      'model-damaged',
      said`The residual r${residual} of the model is not finite. The model file may be damaged: copy it again or choose another model.`,
    );
  }
}

/**
 * Throws `NotFinite` with the first residual at fault. Layers only add to the residual, so NaN and infinities stay: a
 * finite last residual proves that all are.
 */
export function checkFinite(residualsOf: (layer: number) => Float32Array, layers: number): void {
  if (isFinite(residualsOf(layers))) return;
  let residual = 0;
  while (residual < layers && isFinite(residualsOf(residual))) residual++;
  throw new NotFinite(residual);
}

function isFinite(values: Float32Array): boolean {
  let sum = 0;
  // A finite number times 0 is 0, any other is NaN.
  // oxlint-disable-next-line oxc/erasing-op
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
  return sum === 0;
}

/**
 * An angle in degrees from the squared sizes of the difference and the sum of two unit vectors; see `angle`. NaN if a
 * vector was zero.
 */
export const angleFrom = (apart: number, together: number): number =>
  (360 / Math.PI) * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
