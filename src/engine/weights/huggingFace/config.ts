import * as v from 'valibot';
import { mostLayers } from '../bounds';
import { missingField, wrongField, wrongIssue } from '../damaged';
import { strictJson } from '../strictJson';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31 - 1));
const number = v.pipe(v.number(), v.finite());
const word = v.pipe(v.string(), v.maxLength(200));

/** The scaling of rotary positions. `type` is the older name of `rope_type`. */
const scaling = v.looseObject({
  type: v.nullish(word),
  rope_type: v.nullish(word),
  rope_theta: v.nullish(number),
  partial_rotary_factor: v.nullish(number),
  factor: v.nullish(number),
  original_max_position_embeddings: v.nullish(count),
  low_freq_factor: v.nullish(number),
  high_freq_factor: v.nullish(number),
  beta_fast: v.nullish(number),
  beta_slow: v.nullish(number),
  attention_factor: v.nullish(number),
  mscale: v.nullish(number),
  mscale_all_dim: v.nullish(number),
  llama_4_scaling_beta: v.nullish(number),
  truncate: v.nullish(v.boolean()),
  short_factor: v.nullish(v.pipe(v.array(number), v.maxLength(4096))),
  long_factor: v.nullish(v.pipe(v.array(number), v.maxLength(4096))),
  full_attention: v.nullish(v.looseObject({})),
  sliding_attention: v.nullish(v.looseObject({})),
});

const fields = {
  model_type: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  quantization_config: v.nullish(
    v.looseObject({
      quant_method: v.nullish(word),
      weight_block_size: v.nullish(v.strictTuple([count, count])),
      scale_fmt: v.nullish(word),
    }),
  ),
  tie_word_embeddings: v.nullish(v.boolean()),
  hidden_act: v.nullish(word),
  hidden_activation: v.nullish(word),
  hidden_size: v.nullish(count),
  num_hidden_layers: v.nullish(count),
  num_attention_heads: v.nullish(count),
  num_key_value_heads: v.nullish(count),
  head_dim: v.nullish(count),
  intermediate_size: v.nullish(count),
  max_position_embeddings: v.nullish(count),
  rms_norm_eps: v.nullish(number),
  layer_norm_eps: v.nullish(number),
  rope_theta: v.nullish(number),
  rope_local_base_freq: v.nullish(number),
  rotary_emb_base: v.nullish(number),
  rotary_pct: v.nullish(number),
  partial_rotary_factor: v.nullish(number),
  rope_scaling: v.nullish(scaling),
  rope_parameters: v.nullish(scaling),
  original_max_position_embeddings: v.nullish(count),
  sliding_window: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
  use_sliding_window: v.nullish(v.boolean()),
  // EXAONE 4 spells the kinds of its layers: LLLG.
  sliding_window_pattern: v.nullish(v.union([number, word])),
  layer_types: v.nullish(v.pipe(v.array(word), v.maxLength(65_536))),
  full_attention_interval: v.nullish(count),
  linear_conv_kernel_dim: v.nullish(count),
  linear_key_head_dim: v.nullish(count),
  linear_value_head_dim: v.nullish(count),
  linear_num_key_heads: v.nullish(count),
  linear_num_value_heads: v.nullish(count),
  use_bidirectional_attention: v.nullish(v.union([v.boolean(), word])),
  global_head_dim: v.nullish(count),
  num_global_key_value_heads: v.nullish(count),
  per_layer_config: v.nullish(
    v.record(word, v.looseObject({ head_dim: v.nullish(count), num_key_value_heads: v.nullish(count) })),
  ),
  attention_k_eq_v: v.nullish(v.boolean()),
  num_kv_shared_layers: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
  hidden_size_per_layer_input: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
  use_double_wide_mlp: v.nullish(v.boolean()),
  enable_moe_block: v.nullish(v.boolean()),
  full_attn_idxs: v.nullish(v.pipe(v.array(number), v.maxLength(65_536))),
  norm_eps: v.nullish(number),
  conv_bias: v.nullish(v.boolean()),
  conv_L_cache: v.nullish(count),
  block_ff_dim: v.nullish(count),
  block_auto_adjust_ff_dim: v.nullish(v.boolean()),
  block_ffn_dim_multiplier: v.nullish(number),
  block_multiple_of: v.nullish(count),
  tie_embedding: v.nullish(v.boolean()),
  num_experts: v.nullish(count),
  num_local_experts: v.nullish(count),
  num_experts_per_tok: v.nullish(count),
  top_k_experts: v.nullish(count),
  moe_intermediate_size: v.nullish(count),
  norm_topk_prob: v.nullish(v.boolean()),
  mlp_only_layers: v.nullish(v.pipe(v.array(number), v.maxLength(65_536))),
  decoder_sparse_step: v.nullish(count),
  attention_multiplier: v.nullish(number),
  embedding_multiplier: v.nullish(number),
  residual_multiplier: v.nullish(number),
  logits_scaling: v.nullish(number),
  logit_scale: v.nullish(number),
  clip_qkv: v.nullish(number),
  swiglu_alpha: v.nullish(number),
  swiglu_limit: v.nullish(number),
  query_pre_attn_scalar: v.nullish(number),
  attn_logit_softcapping: v.nullish(number),
  final_logit_softcapping: v.nullish(number),
  no_rope_layers: v.nullish(v.pipe(v.array(number), v.maxLength(65_536))),
  no_rope_layer_interval: v.nullish(count),
  use_parallel_residual: v.nullish(v.boolean()),
  qk_layernorm: v.nullish(v.boolean()),
  n_embd: v.nullish(count),
  n_layer: v.nullish(count),
  n_head: v.nullish(count),
  n_inner: v.nullish(count),
  n_positions: v.nullish(count),
  layer_norm_epsilon: v.nullish(number),
  activation_function: v.nullish(word),
  scale_attn_weights: v.nullish(v.boolean()),
  scale_attn_by_inverse_layer_idx: v.nullish(v.boolean()),
  add_cross_attention: v.nullish(v.boolean()),
};

/** Written by us: only the geometry of the model is in the folder. */
const source = v.object({
  repository: v.pipe(v.string(), v.maxLength(500)),
  file: v.pipe(v.string(), v.maxLength(500)),
  etag: v.pipe(v.string(), v.maxLength(1000)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

const schema = v.looseObject({
  ...fields,
  vectorscope_source: v.nullish(source),
  text_config: v.nullish(v.looseObject({})),
});

/**
 * The keys of `config.json` that some family needs. A key may be absent or `null` if the model's class has a default.
 */
export type Config = v.InferOutput<typeof schema>;
export type Scaling = v.InferOutput<typeof scaling>;

/** Throws `EngineError('model-damaged')` that names the first key with an unexpected value. */
export function parseConfig(bytes: Uint8Array): Config {
  return check(schema, strictJson(bytes, 'config.json'), 'config.json');
}

/** The text part of a model that also takes pictures, else the config itself. */
export function textConfig(config: Config): Config {
  return config.text_config
    ? check(
        schema,
        {
          quantization_config: config.quantization_config,
          tie_word_embeddings: config.tie_word_embeddings,
          ...config.text_config,
          model_type: config.text_config['model_type'] ?? config.model_type,
        },
        'config.json: text_config',
      )
    : config;
}

export const scalingFor = (found: unknown): Scaling => check(scaling, found, 'config.json: rope_parameters');

function check<T>(schema: v.GenericSchema<unknown, T>, found: unknown, where: string): T {
  const parsed = v.safeParse(schema, found);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw wrongIssue(where, issue);
}

/** Each width is a side of some tensor. */
const widths = [
  'hidden_size',
  'num_attention_heads',
  'num_key_value_heads',
  'head_dim',
  'intermediate_size',
  'n_embd',
  'n_head',
  'n_inner',
  'num_experts',
  'num_local_experts',
] as const;

/**
 * Throws `EngineError('model-damaged')` if the config claims more layers than the tensors allow, or a width above
 * `longest`, the longest side of any tensor.
 */
export function checkSizes(config: Config, tensors: number, longest: number): void {
  const layers = config.num_hidden_layers ?? config.n_layer ?? 0;
  const most = Math.min(tensors, mostLayers);
  if (layers > most) throw wrongField('config.json: num_hidden_layers', layers, `≤ ${most}`);
  for (const key of widths) {
    const width = config[key] ?? 0;
    if (width > longest) throw wrongField(`config.json: ${key}`, width, `≤ ${longest}`);
  }
}

/** The value under a key. Throws `EngineError('model-damaged')` if it is missing. */
export function required<K extends keyof typeof fields>(config: Config, key: K): NonNullable<Config[K]> {
  const value = config[key];
  if (value !== null && value !== undefined) return value;
  throw missingField(`config.json: ${key}`, '≠ null');
}
