import { mostLayers } from '../bounds';
import { unknownField, unreadField } from '../damaged';
import type { MetadataValue } from '../weights';
import { plusOne, type Change } from './changes';
import { required, scalingFor, type Config } from './config';
import { rotaryKeys, type RotaryDefaults, type RotaryKeys } from './rope';

/** A family of models: how the names and keys of its `transformers` class map to those of GGUF. */
export interface FolderFamily {
  readonly architecture: string;
  readonly modelTypes: readonly string[];
  /** The GGUF keys without the family's prefix. Throws if the family's equations do not fit the config. */
  readonly keys: (config: Config) => RotaryKeys;
  /** GGUF names to the folder's names, without `.weight` and `.bias`. */
  readonly ends: Readonly<Record<string, string>>;
  /** More of these, which only a run reads. */
  readonly withLayers?: (config: Config) => Readonly<Record<string, string>>;
  /** The folder's name for the layers, `layers` by default. */
  readonly layers?: string;
  readonly parts: Readonly<Record<string, string>>;
  /** Those of a layer, if layers have different ones. */
  readonly partsOf?: (config: Config, layer: number) => Readonly<Record<string, string>>;
  /** The folder's names of what nothing reads in a layer. */
  readonly unreadOf?: (config: Config, layer: number) => readonly string[];
  /** The experts' tensors, and others that a folder names without `.weight` or `.bias`, by GGUF's full names. */
  readonly named?: Readonly<Record<string, FolderTensorName>>;
  /** The change to a tensor of this name, if any. */
  readonly change?: (name: string, config: Config) => Change | undefined;
}

/** A tensor of a layer under its full name, of all experts in one or in one for each. */
interface FolderTensorName {
  readonly whole: string;
  readonly change?: Change;
  /** Whether a layer has it; all do by default. */
  readonly isIn?: (config: Config, layer: number) => boolean;
  /** The name for each expert, if a folder can have it so. */
  readonly each?: (expert: number) => string;
}

export type Keys = Readonly<Record<string, MetadataValue>>;

/** Throws if the model's activation is not the one in the family's equations. */
export function checkActivation(
  config: Config,
  key: 'hidden_act' | 'hidden_activation' | 'activation_function',
  known: readonly string[],
): void {
  const found = config[key];
  if (found && !known.includes(found)) throw unreadField(`config.json: ${key}`, found, known[0]);
}

const silu = ['silu', 'swish'];
export const tanhGelu = ['gelu_pytorch_tanh', 'gelu_new', 'gelu_fast'];

/** The sizes, whose keys all families with rotary positions share. */
export function sharedSizes(config: Config) {
  return {
    block_count: required(config, 'num_hidden_layers'),
    context_length: required(config, 'max_position_embeddings'),
    embedding_length: required(config, 'hidden_size'),
    feed_forward_length: required(config, 'intermediate_size'),
    'attention.head_count': required(config, 'num_attention_heads'),
  };
}

/** The keys of families with RMSNorm and rotary positions. */
export function gatedKeys(
  config: Config,
  defaults: RotaryDefaults & { readonly epsilon?: number; readonly more?: Keys },
): RotaryKeys {
  const sizes = sharedSizes(config);
  const { 'attention.head_count': heads, embedding_length: width, context_length: context } = sizes;
  const headSize = config.head_dim ?? width / heads;
  const { keys, tensors } = rotaryKeys(config, headSize, context, defaults);
  return {
    keys: {
      ...sizes,
      'attention.head_count_kv': config.num_key_value_heads ?? heads,
      'attention.key_length': headSize,
      'attention.value_length': headSize,
      'attention.layer_norm_rms_epsilon': config.rms_norm_eps ?? defaults.epsilon ?? 1e-6,
      ...keys,
      ...defaults.more,
    },
    tensors,
  };
}

/** The keys of families whose gate is a SiLU. */
export function siluKeys(config: Config, defaults: Parameters<typeof gatedKeys>[1]): RotaryKeys {
  checkActivation(config, 'hidden_act', silu);
  return gatedKeys(config, defaults);
}

export function qwenKeys(config: Config, base = 10_000): RotaryKeys {
  if (config.use_sliding_window && (config.layer_types?.includes('sliding_attention') ?? true))
    throw unreadField('config.json: use_sliding_window', true, false);
  return siluKeys(config, { base });
}

export const usualEnds = { token_embd: 'embed_tokens', output_norm: 'norm' };
export const attentionParts = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
};
export const gatedParts = { ffn_gate: 'mlp.gate_proj', ffn_up: 'mlp.up_proj', ffn_down: 'mlp.down_proj' };
export const headNorms = { attn_q_norm: 'self_attn.q_norm', attn_k_norm: 'self_attn.k_norm' };
export const twoNorms = { ...attentionParts, ffn_norm: 'post_attention_layernorm', ...gatedParts };
export const fourNorms = {
  ...attentionParts,
  post_attention_norm: 'post_attention_layernorm',
  ffn_norm: 'pre_feedforward_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
  ...gatedParts,
};

const { attn_norm: _, ...withoutNorm } = attentionParts;
export const postNorms = {
  ...withoutNorm,
  ...headNorms,
  post_attention_norm: 'post_attention_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
  ...gatedParts,
};

/** The period of the layers with full attention. Throws if the layers follow another order. */
export function globalPeriod(config: Config, usual: number): number {
  const { layer_types: types, sliding_window_pattern: pattern } = config;
  if (!types) {
    if (typeof pattern !== 'string') return pattern ?? usual;
    if (/^L*G$/.test(pattern)) return pattern.length;
    throw unknownField('config.json: sliding_window_pattern', pattern);
  }
  const first = types.indexOf('full_attention');
  const period = first < 0 ? Math.max(usual, types.length + 1) : first + 1;
  if (types.every((type, layer) => type === ((layer + 1) % period === 0 ? 'full_attention' : 'sliding_attention')))
    return period;
  throw unknownField('config.json: layer_types', types.join(', ').slice(0, 200));
}

/** The base of the rotary positions of layers with a window, if it is given. Throws if these positions are scaled. */
export function nearBase(config: Config): number | undefined {
  const given = config.rope_parameters?.sliding_attention;
  const near = given ? scalingFor(given) : {};
  if ((near.rope_type ?? 'default') === 'default') return near.rope_theta ?? undefined;
  throw unreadField('config.json: rope_parameters.sliding_attention', near.rope_type, 'default');
}

/** Throws if another layer than every fourth has full attention. */
export function checkFourth(config: Config): void {
  const period = globalPeriod(config, 4);
  if (period !== 4) throw unreadField('config.json: layer_types', period, 4);
}

/** Whether each layer has attention, else what else is usual. Throws for another kind. */
export function attending(config: Config, usual: (layer: number) => boolean, otherwise: string): boolean[] {
  const count = Math.min(required(config, 'num_hidden_layers'), mostLayers);
  const kinds =
    config.layer_types ?? Array.from({ length: count }, (_, layer) => (usual(layer) ? 'full_attention' : otherwise));
  const other = kinds.findIndex((kind) => kind !== 'full_attention' && kind !== otherwise);
  if (kinds.length !== count) throw unreadField('config.json: layer_types (layers)', kinds.length, count);
  if (other >= 0) throw unreadField(`config.json: layer_types.${other}`, kinds[other], `full_attention, ${otherwise}`);
  return kinds.map((kind) => kind === 'full_attention');
}

/** The change to the gains of families whose class adds 1 to them. */
export const plusOneOnNorms = (name: string) => (name.includes('norm') ? plusOne : undefined);
