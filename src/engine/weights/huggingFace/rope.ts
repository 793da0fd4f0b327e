import { missingField, wrongField } from '../damaged';
import type { MetadataValue } from '../weights';
import { scalingFor, type Config, type Scaling } from './config';

/**
 * Rotary positions as GGUF has them: keys without the family's prefix, and tensors for numbers that a folder has in its
 * config.
 */
export interface RotaryKeys {
  readonly keys: Readonly<Record<string, MetadataValue>>;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

export interface RotaryDefaults {
  readonly base: number;
  /** Fraction of a head that is rotated. */
  readonly share?: number;
}

/** Translates the rotary positions of a config, in the old or the new form, to the keys of a GGUF file. */
export function rotaryKeys(
  config: Config,
  headSize: number,
  context: number,
  { base: usual, share: usualShare = 1 }: RotaryDefaults,
): RotaryKeys {
  const scaling: Scaling = fullAttention(config.rope_parameters ?? config.rope_scaling ?? {});
  const base = scaling.rope_theta ?? config.rope_theta ?? config.rotary_emb_base ?? usual;
  const share = scaling.partial_rotary_factor ?? config.partial_rotary_factor ?? config.rotary_pct ?? usualShare;
  if (!(share > 0 && share <= 1)) throw wrongField('config.json: partial_rotary_factor', share, '0 < n ≤ 1');
  const rotated = Math.trunc(headSize * share);
  const { keys = {}, tensors = {} } = scaled(config, scaling, base, rotated, context);
  return { keys: { 'rope.freq_base': base, 'rope.dimension_count': rotated, ...keys }, tensors };
}

/** Newer configs have one scaling for each kind of layer. */
const fullAttention = (scaling: Scaling): Scaling =>
  scaling.full_attention ? scalingFor(scaling.full_attention) : scaling;

function scaled(config: Config, scaling: Scaling, base: number, rotated: number, context: number): Partial<RotaryKeys> {
  const kind = scaling.rope_type ?? scaling.type ?? 'default';
  const original = scaling.original_max_position_embeddings ?? config.original_max_position_embeddings ?? context;
  switch (kind) {
    // Dynamic scaling differs only in texts longer than the context.
    case 'default':
    case 'dynamic':
      return {};
    case 'linear':
      return { keys: { 'rope.scaling.type': 'linear', 'rope.scaling.factor': needed(scaling, 'factor') } };
    case 'llama3':
      return { tensors: { 'rope_freqs.weight': llama3(scaling, base, rotated, original) } };
    case 'yarn':
      return { keys: yarn(scaling, original) };
    case 'longrope':
    case 'su':
      return longrope(scaling, context, original);
    default:
      // `rotaryOf` refuses it by its name.
      return { keys: { 'rope.scaling.type': kind } };
  }
}

/**
 * Divisors of the frequencies: 1 for pairs that rotate often within the original context, `factor` for those that
 * hardly rotate (transformers, `_compute_llama3_parameters`).
 */
function llama3(scaling: Scaling, base: number, rotated: number, original: number): number[] {
  const [factor, low, high] = [
    needed(scaling, 'factor'),
    needed(scaling, 'low_freq_factor'),
    needed(scaling, 'high_freq_factor'),
  ];
  return Array.from({ length: rotated / 2 }, (_, pair) => {
    const wavelength = 2 * Math.PI * base ** ((2 * pair) / rotated);
    if (wavelength < original / high) return 1;
    if (wavelength > original / low) return factor;
    const smooth = (original / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}

/**
 * YaRN. A GGUF file's attention factor multiplies 1 + 0.1 ln factor, a config's replaces it (transformers,
 * `_compute_yarn_parameters`).
 */
function yarn(scaling: Scaling, original: number): RotaryKeys['keys'] {
  const factor = needed(scaling, 'factor');
  const grown = (share: number) => (factor > 1 ? 1 + 0.1 * share * Math.log(factor) : 1);
  const wanted =
    scaling.attention_factor ??
    (scaling.mscale && scaling.mscale_all_dim ? grown(scaling.mscale) / grown(scaling.mscale_all_dim) : grown(1));
  return {
    'rope.scaling.type': 'yarn',
    'rope.scaling.factor': factor,
    'rope.scaling.original_context_length': original,
    'rope.scaling.yarn_beta_fast': scaling.beta_fast ?? 32,
    'rope.scaling.yarn_beta_slow': scaling.beta_slow ?? 1,
    'rope.scaling.yarn_attn_factor': wanted / grown(1),
    'rope.scaling.truncate': scaling.truncate ?? true,
  };
}

/**
 * LongRoPE (Ding et al. 2024, arXiv:2402.13753): a divisor for every pair, and an attention factor that grows with the
 * context (transformers, `_compute_longrope_parameters`).
 */
function longrope(scaling: Scaling, context: number, original: number): RotaryKeys {
  const factor = scaling.factor ?? context / original;
  const stretch = scaling.attention_factor ?? (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original)));
  return {
    keys: {
      'rope.scaling.type': 'longrope',
      'rope.scaling.attn_factor': stretch,
      'rope.scaling.original_context_length': original,
    },
    tensors: {
      'rope_factors_short.weight': needed(scaling, 'short_factor'),
      'rope_factors_long.weight': needed(scaling, 'long_factor'),
    },
  };
}

function needed<K extends keyof Scaling>(scaling: Scaling, key: K): NonNullable<Scaling[K]> {
  const value = scaling[key];
  if (value !== null && value !== undefined) return value;
  throw missingField(`config.json: rope_scaling.${key}`, '≠ null');
}
