import { EngineError } from '../../shared/errors';
import { dequantise } from '../weights/types';
import { numberOf, numberOr, stringOf, tensorOf, type Weights } from '../weights/weights';

/** How positions turn queries and keys (Su et al. 2021, arXiv:2104.09864). */
export interface Rotary {
  readonly base: number;
  /** Radians by which each pair turns from one position to the next; a head's dimensions beyond the pairs are not turned. */
  readonly turns: Float64Array;
  /** What the turned vectors are multiplied by, beside. */
  readonly stretch: number;
  /** Whether a pair is two neighbouring rows, else one of the first and one of the second half. */
  readonly interleaved: boolean;
}

export interface RotaryOptions {
  readonly interleaved?: boolean;
  /** Where the file does not say it. */
  readonly base?: number;
  /** The tensor whose numbers the turns are divided by, where the file has it. */
  readonly divisors?: string;
}

/** The rotary positions that a file describes, scaled for longer texts where it says so. */
export function rotaryOf(weights: Weights, family: string, headSize: number, { interleaved = false, base: usual = 10_000, divisors }: RotaryOptions = {}): Rotary {
  const base = numberOr(weights, `${family}.rope.freq_base`, usual);
  const rotated = numberOr(weights, `${family}.rope.dimension_count`, headSize);
  if (!(base > 0) || !Number.isInteger(rotated) || rotated % 2 !== 0 || rotated < 2 || rotated > headSize) {
    throw new EngineError('model-damaged', `The model turns ${rotated} of the ${headSize} dimensions of a head, base ${base}, which cannot be. Choose another model file.`);
  }
  const plain = plainTurns(base, rotated);
  const scaled = scaling(weights, family, base, plain);
  return { base, interleaved, stretch: scaled.stretch, turns: divisors !== undefined && weights.tensors.has(divisors) ? divided(scaled.turns, weights, divisors) : scaled.turns };
}

/** base^(−2j / rotated) for every pair j. */
export const plainTurns = (base: number, rotated: number): Float64Array => Float64Array.from({ length: rotated / 2 }, (_, pair) => base ** ((-2 * pair) / rotated));

function divided(turns: Float64Array, weights: Weights, name: string): Float64Array {
  const tensor = tensorOf(weights, name);
  const divisors = new Float32Array(turns.length);
  if (tensor.shape.length !== 1 || tensor.shape[0] !== turns.length) {
    throw new EngineError('model-damaged', `The tensor ${name} has the shape ${tensor.shape.join(' × ')}; ${turns.length} numbers were expected. Choose another model file.`);
  }
  dequantise(tensor.type, weights.read(name), divisors);
  return turns.map((turn, pair) => turn / (divisors[pair] as number));
}

type Scaled = Pick<Rotary, 'turns' | 'stretch'>;

function scaling(weights: Weights, family: string, base: number, turns: Float64Array): Scaled {
  const number = (key: string, usual: number) => numberOr(weights, `${family}.rope.scaling.${key}`, usual);
  const kind = weights.metadata.has(`${family}.rope.scaling.type`) ? stringOf(weights, `${family}.rope.scaling.type`) : 'none';
  switch (kind) {
    case 'none':
      return { turns, stretch: 1 };
    case 'linear': {
      const factor = numberOf(weights, `${family}.rope.scaling.factor`);
      return { turns: turns.map((turn) => turn / factor), stretch: 1 };
    }
    case 'longrope':
      return { turns, stretch: number('attn_factor', 1) };
    case 'yarn':
      return yarn(turns, base, {
        factor: numberOf(weights, `${family}.rope.scaling.factor`),
        context: numberOf(weights, `${family}.rope.scaling.original_context_length`),
        fast: number('yarn_beta_fast', 32),
        slow: number('yarn_beta_slow', 1),
        stretch: number('yarn_attn_factor', number('attn_factor', 1)),
      });
    default:
      throw new EngineError('model-unsupported', `The model's rotary positions are scaled in a way that Vectorscope does not know (“${kind.slice(0, 40)}”). Choose another model.`);
  }
}

interface Yarn {
  readonly factor: number;
  readonly context: number;
  readonly fast: number;
  readonly slow: number;
  readonly stretch: number;
}

/**
 * Peng et al. 2023, arXiv:2309.00071: pairs that go round more than `fast` times in the original context turn as before, those that go
 * round less than `slow` times turn slower by the factor, those between by a mixture; and the scores grow with the factor's logarithm.
 */
function yarn(turns: Float64Array, base: number, { factor, context, fast, slow, stretch }: Yarn): Scaled {
  const rotated = 2 * turns.length;
  const pairOf = (rounds: number) => (rotated * Math.log(context / (rounds * 2 * Math.PI))) / (2 * Math.log(base));
  const low = Math.max(Math.floor(pairOf(fast)), 0);
  const high = Math.min(Math.ceil(pairOf(slow)), rotated - 1);
  return {
    turns: turns.map((turn, pair) => {
      const slowed = Math.min(1, Math.max(0, (pair - low) / Math.max(0.001, high - low)));
      return turn * (1 - slowed) + (turn / factor) * slowed;
    }),
    stretch: stretch * (factor > 1 ? 1 + 0.1 * Math.log(factor) : 1),
  };
}
