import { unknownField, wrongField } from '../weights/damaged';
import type { FamilyHeader, TrunkSizes } from './header';
import type { Hyperparameters, RotaryPositions } from './hyperparameters';

interface RotaryOptions {
  readonly interleaved?: boolean;
  /** The default. */
  readonly base?: number;
  /** A tensor of divisors of the frequencies, if the file has it. */
  readonly divisors?: string;
}

/** The rotary positions of a model, scaled for longer texts if the file says so. */
export function rotaryOf(
  header: FamilyHeader,
  headSize: number,
  { interleaved = false, base: usual = 10_000, divisors: name }: RotaryOptions = {},
): RotaryPositions {
  const base = header.base('rope.freq_base', usual);
  const rotated = header.width('rope.dimension_count', headSize);
  if (rotated % 2 !== 0 || rotated > headSize) {
    throw wrongField('rope.dimension_count', rotated, `2n ≤ ${headSize}`);
  }
  const { frequencies, attentionFactor } = scaling(header, base, plainFrequencies(base, rotated));
  const divisors = name === undefined ? undefined : header.factors(name, frequencies.length);
  return {
    base,
    interleaved,
    attentionFactor,
    frequencies: divisors ? frequencies.map((frequency, pair) => frequency / (divisors[pair] as number)) : frequencies,
  };
}

/** The hyperparameters of a family whose layers all rotate by the file's keys and attend to every position. */
export function rotaryHyperparameters(
  header: FamilyHeader,
  {
    sizes = header.sizes(),
    epsilon = 'attention.layer_norm_rms_epsilon',
    ...options
  }: RotaryOptions & { readonly sizes?: TrunkSizes; readonly epsilon?: string } = {},
): Hyperparameters {
  const rotary = rotaryOf(header, sizes.headSize, options);
  return { ...sizes, epsilon: header.epsilon(epsilon), attention: [{ window: Infinity, rotary }] };
}

/** base^(−2j / rotated) for every pair j. */
export const plainFrequencies = (base: number, rotated: number): Float64Array =>
  Float64Array.from({ length: rotated / 2 }, (_, pair) => base ** ((-2 * pair) / rotated));

type Scaled = Pick<RotaryPositions, 'frequencies' | 'attentionFactor'>;

function scaling(header: FamilyHeader, base: number, frequencies: Float64Array): Scaled {
  const factor = (key: string, usual?: number) => header.factor(`rope.scaling.${key}`, usual);
  const kind = header.word('rope.scaling.type', 'none');
  switch (kind) {
    case 'none':
      return { frequencies, attentionFactor: 1 };
    case 'linear': {
      const slower = factor('factor');
      return { frequencies: frequencies.map((frequency) => frequency / slower), attentionFactor: 1 };
    }
    case 'longrope':
      return { frequencies, attentionFactor: factor('attn_factor', 1) };
    case 'yarn':
      return yarn(frequencies, base, {
        factor: factor('factor'),
        context: header.positions('rope.scaling.original_context_length'),
        fast: factor('yarn_beta_fast', 32),
        slow: factor('yarn_beta_slow', 1),
        attentionFactor: factor('yarn_attn_factor', factor('attn_factor', 1)),
        logMultiplier: factor('yarn_log_multiplier', 0),
        rounds: header.flag('rope.scaling.truncate', true),
      });
    default:
      throw unknownField('rope.scaling.type', kind.slice(0, 40));
  }
}

interface Yarn {
  readonly factor: number;
  readonly context: number;
  readonly fast: number;
  readonly slow: number;
  readonly attentionFactor: number;
  /** The growth is divided by that with this share of the logarithm: 1 cancels it, as in Mistral 3. */
  readonly logMultiplier: number;
  /** Whether the ends of the ramp are whole pairs. No GGUF file says it, a folder may. */
  readonly rounds: boolean;
}

/**
 * YaRN (Peng et al. 2023, arXiv:2309.00071): pairs that rotate more than `fast` times within the original context keep
 * their frequency, those that rotate less than `slow` times are slowed by the factor, those between are mixed. The
 * scores grow with the factor's logarithm.
 */
function yarn(
  frequencies: Float64Array,
  base: number,
  { factor, context, fast, slow, attentionFactor, logMultiplier, rounds }: Yarn,
): Scaled {
  const rotated = 2 * frequencies.length;
  const pairOf = (rounds: number) => (rotated * Math.log(context / (rounds * 2 * Math.PI))) / (2 * Math.log(base));
  const grown = (share: number) => (factor > 1 ? 1 + 0.1 * share * Math.log(factor) : 1);
  const low = Math.max(rounds ? Math.floor(pairOf(fast)) : pairOf(fast), 0);
  const high = Math.min(rounds ? Math.ceil(pairOf(slow)) : pairOf(slow), rotated - 1);
  return {
    frequencies: frequencies.map((frequency, pair) => {
      const slowed = Math.min(1, Math.max(0, (pair - low) / Math.max(0.001, high - low)));
      return frequency * (1 - slowed) + (frequency / factor) * slowed;
    }),
    attentionFactor: (attentionFactor * grown(1)) / grown(logMultiplier),
  };
}

/**
 * What a query is multiplied by at a position: 1 + scale · ln(1 + ⌊position / every⌋) (transformers,
 * `get_llama_4_attn_scale`); 1 without a temperature.
 */
export const temperatureAt = (rotary: RotaryPositions | null, position: number): number => {
  const { scale, every } = rotary?.temperature ?? { scale: 0, every: 1 };
  return 1 + scale * Math.log(1 + Math.floor(position / every));
};

/** Writes cosines or sines of the rotary angles of positions from `past` on, positions × pairs. */
export function writeAngles(
  of: (angle: number) => number,
  rotary: RotaryPositions,
  past: number,
  into: Float32Array,
): void {
  const { frequencies, attentionFactor } = rotary;
  const pairs = frequencies.length;
  for (let i = 0; i < into.length / pairs; i++) {
    const factor = attentionFactor * temperatureAt(rotary, past + i);
    for (let j = 0; j < pairs; j++) into[i * pairs + j] = factor * of((past + i) * (frequencies[j] as number));
  }
}
