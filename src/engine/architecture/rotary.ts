import { EngineError } from '../../shared/errors';
import type { Header } from './header';
import type { Rotary } from './hyperparameters';

export interface RotaryOptions {
  readonly interleaved?: boolean;
  /** The default. */
  readonly base?: number;
  /** A tensor of divisors of the frequencies, if the file has it. */
  readonly divisors?: string;
}

/** The rotary positions of a model, scaled for longer texts if the file says so. */
export function rotaryOf(
  header: Header,
  headSize: number,
  { interleaved = false, base: usual = 10_000, divisors: name }: RotaryOptions = {},
): Rotary {
  const base = header.base('rope.freq_base', usual);
  const rotated = header.width('rope.dimension_count', headSize);
  if (rotated % 2 !== 0 || rotated > headSize) {
    throw new EngineError(
      'model-damaged',
      `The model turns ${rotated} of the ${headSize} dimensions of a head, which cannot be. Choose another model file.`,
    );
  }
  const { turns, stretch } = scaling(header, base, plainTurns(base, rotated));
  const divisors = name === undefined ? undefined : header.factors(name, turns.length);
  return {
    base,
    interleaved,
    stretch,
    turns: divisors ? turns.map((turn, pair) => turn / (divisors[pair] as number)) : turns,
  };
}

/** base^(−2j / rotated) for every pair j. */
export const plainTurns = (base: number, rotated: number): Float64Array =>
  Float64Array.from({ length: rotated / 2 }, (_, pair) => base ** ((-2 * pair) / rotated));

type Scaled = Pick<Rotary, 'turns' | 'stretch'>;

function scaling(header: Header, base: number, turns: Float64Array): Scaled {
  const factor = (key: string, usual?: number) => header.factor(`rope.scaling.${key}`, usual);
  const kind = header.word('rope.scaling.type', 'none');
  switch (kind) {
    case 'none':
      return { turns, stretch: 1 };
    case 'linear': {
      const slower = factor('factor');
      return { turns: turns.map((turn) => turn / slower), stretch: 1 };
    }
    case 'longrope':
      return { turns, stretch: factor('attn_factor', 1) };
    case 'yarn':
      return yarn(turns, base, {
        factor: factor('factor'),
        context: header.positions('rope.scaling.original_context_length'),
        fast: factor('yarn_beta_fast', 32),
        slow: factor('yarn_beta_slow', 1),
        stretch: factor('yarn_attn_factor', factor('attn_factor', 1)),
      });
    default:
      throw new EngineError(
        'model-unsupported',
        `The model's rotary positions are scaled in a way that Vectorscope does not know (“${kind.slice(0, 40)}”). Choose another model.`,
      );
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
 * YaRN (Peng et al. 2023, arXiv:2309.00071): pairs that rotate more than `fast` times within the original context keep
 * their frequency, those that rotate less than `slow` times are slowed by the factor, those between are mixed. The
 * scores grow with the factor's logarithm.
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
