import { unknownField, unreadField } from '../damaged';
import type { MetadataValue } from '../weights';
import { everyOther, halfOfEach, ofEach, plusOne, regrouped, transposed, type Change } from './changes';
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
  /** The folder's name for the layers, `layers` by default. */
  readonly layers?: string;
  readonly parts: Readonly<Record<string, string>>;
  /** The experts' tensors, and others that a folder names without `.weight` or `.bias`. */
  readonly experts?: Readonly<Record<string, FolderExperts>>;
  /** The change to a tensor of this name, if any. */
  readonly change?: (name: string, config: Config) => Change | undefined;
}

/** One kind of matrix of all experts of a layer, in one tensor or in one for each expert. */
interface FolderExperts {
  readonly whole: string;
  readonly change?: Change;
  /** The name for each expert, if a folder can have it so. */
  readonly each?: (expert: number) => string;
}

type Keys = Readonly<Record<string, MetadataValue>>;

/** Throws if the model's activation is not the one in the family's equations. */
function checkActivation(
  config: Config,
  key: 'hidden_act' | 'hidden_activation' | 'activation_function',
  known: readonly string[],
): void {
  const found = config[key];
  if (found && !known.includes(found)) throw unreadField(`config.json: ${key}`, found, known[0]);
}

const silu = ['silu', 'swish'];
const tanhGelu = ['gelu_pytorch_tanh', 'gelu_new', 'gelu_fast'];

/** The sizes, whose keys all families with rotary positions share. */
function sizesOf(config: Config) {
  return {
    block_count: required(config, 'num_hidden_layers'),
    context_length: required(config, 'max_position_embeddings'),
    embedding_length: required(config, 'hidden_size'),
    feed_forward_length: required(config, 'intermediate_size'),
    'attention.head_count': required(config, 'num_attention_heads'),
  };
}

/** The keys of families with RMSNorm and rotary positions. */
function gatedKeys(
  config: Config,
  defaults: RotaryDefaults & { readonly epsilon?: number; readonly more?: Keys },
): RotaryKeys {
  const sizes = sizesOf(config);
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

const ends = { token_embd: 'embed_tokens', output_norm: 'norm' };
const attention = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
};
const gated = { ffn_gate: 'mlp.gate_proj', ffn_up: 'mlp.up_proj', ffn_down: 'mlp.down_proj' };
const headNorms = { attn_q_norm: 'self_attn.q_norm', attn_k_norm: 'self_attn.k_norm' };
const twoNorms = { ...attention, ffn_norm: 'post_attention_layernorm', ...gated };
const fourNorms = {
  ...attention,
  post_attention_norm: 'post_attention_layernorm',
  ffn_norm: 'pre_feedforward_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
  ...gated,
};

const { attn_norm: _, ...withoutNorm } = attention;
const postNorms = {
  ...withoutNorm,
  ...headNorms,
  post_attention_norm: 'post_attention_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
  ...gated,
};

/** Llama, Mistral, SmolLM. A folder has the rows of q and k in their original order, a GGUF file does not. */
const llama: FolderFamily = {
  architecture: 'llama',
  modelTypes: ['llama', 'mistral'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    // Llama's class ignores `sliding_window`. Mistral's uses 4096 if the key is absent and no window if it is `null`.
    const window =
      config.model_type === 'mistral' ? (config.sliding_window === undefined ? 4096 : (config.sliding_window ?? 0)) : 0;
    return gatedKeys(config, { base: 10_000, more: { 'rope.interleaved': false, 'attention.sliding_window': window } });
  },
  ends,
  parts: twoNorms,
};

/** Its fourth layers alone have no rotary positions. Throws for a config with others. */
const smollm3: FolderFamily = {
  architecture: 'smollm3',
  modelTypes: ['smollm3'],
  keys(config) {
    const period = config.no_rope_layer_interval ?? 4;
    const { no_rope_layers: rotated } = config;
    if (rotated ? rotated.some((one, layer) => one !== Number((layer + 1) % 4 !== 0)) : period !== 4)
      throw unreadField('config.json: no_rope_layers', rotated?.join(', ').slice(0, 200) ?? period, '1, 1, 1, 0, …');
    const { keys, tensors } = qwenKeys(config, 2_000_000);
    return { keys: { ...keys, 'rope.interleaved': false }, tensors };
  },
  ends,
  parts: twoNorms,
};

function qwenKeys(config: Config, base = 10_000): RotaryKeys {
  checkActivation(config, 'hidden_act', silu);
  if (config.use_sliding_window && (config.layer_types?.includes('sliding_attention') ?? true))
    throw unreadField('config.json: use_sliding_window', true, false);
  return gatedKeys(config, { base });
}

const qwen2: FolderFamily = {
  architecture: 'qwen2',
  modelTypes: ['qwen2'],
  keys: qwenKeys,
  ends,
  parts: twoNorms,
};
const qwen3: FolderFamily = {
  architecture: 'qwen3',
  modelTypes: ['qwen3'],
  keys: qwenKeys,
  ends,
  parts: { ...twoNorms, ...headNorms },
};

/** The period of the layers with full attention. Throws if the layers follow another order. */
function globalPeriod(config: Config, usual: number): number {
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
function nearBase(config: Config): number | undefined {
  const given = config.rope_parameters?.sliding_attention;
  const near = given ? scalingFor(given) : {};
  if ((near.rope_type ?? 'default') === 'default') return near.rope_theta ?? undefined;
  throw unreadField('config.json: rope_parameters.sliding_attention', near.rope_type, 'default');
}

/** Throws if another layer than every fourth has full attention. */
function checkFourth(config: Config): void {
  const period = globalPeriod(config, 4);
  if (period !== 4) throw unreadField('config.json: layer_types', period, 4);
}

/** OLMo 2, and 3 with its windows. */
const olmo2: FolderFamily = {
  architecture: 'olmo2',
  modelTypes: ['olmo2', 'olmo3'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    if (config.model_type === 'olmo2') return gatedKeys(config, { base: 500_000, epsilon: 1e-5 });
    checkFourth(config);
    const near = nearBase(config);
    const more = {
      'attention.sliding_window': config.sliding_window ?? 4096,
      ...(near !== undefined && { 'rope.freq_base_swa': near }),
    };
    return gatedKeys(config, { base: 500_000, epsilon: 1e-5, more });
  },
  ends,
  parts: postNorms,
};

const exaone4: FolderFamily = {
  architecture: 'exaone4',
  modelTypes: ['exaone4'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    const window = config.sliding_window === undefined ? 4096 : (config.sliding_window ?? 0);
    if (window) checkFourth(config);
    return gatedKeys(config, { base: 10_000, epsilon: 1e-5, more: { 'attention.sliding_window': window } });
  },
  ends,
  parts: postNorms,
};

/** The text model of 2025, whose older relatives are Llama. */
const mistral3: FolderFamily = {
  architecture: 'mistral3',
  modelTypes: ['ministral3'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    const beta = (config.rope_parameters ?? config.rope_scaling)?.llama_4_scaling_beta ?? 0;
    const more = {
      'rope.interleaved': false,
      'attention.sliding_window': config.sliding_window ?? 0,
      'attention.temperature_scale': beta,
    };
    return gatedKeys(config, { base: 1_000_000, epsilon: 1e-5, more });
  },
  ends,
  parts: twoNorms,
};

const glm4: FolderFamily = {
  architecture: 'glm4',
  modelTypes: ['glm4'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    return gatedKeys(config, { base: 10_000, share: 0.5, epsilon: 1.5625e-7 });
  },
  ends,
  parts: {
    ...attention,
    post_attention_norm: 'post_self_attn_layernorm',
    ffn_norm: 'post_attention_layernorm',
    post_ffw_norm: 'post_mlp_layernorm',
    ffn_up: 'mlp.gate_up_proj',
    ffn_down: 'mlp.down_proj',
  },
};

const cohere2: FolderFamily = {
  architecture: 'cohere2',
  modelTypes: ['cohere2'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    checkFourth(config);
    if (config.sliding_window === null) throw unreadField('config.json: sliding_window', 'null', 4096);
    const more = {
      'attention.layer_norm_epsilon': config.layer_norm_eps ?? 1e-5,
      'attention.sliding_window': config.sliding_window ?? 4096,
      logit_scale: config.logit_scale ?? 0.0625,
    };
    return gatedKeys(config, { base: 10_000, more });
  },
  ends,
  parts: { ...attention, ...gated },
};

export const expertsOf = (config: Config): number => config.num_experts ?? required(config, 'num_local_experts');

const expertKeys = (config: Config): Keys => ({
  expert_count: expertsOf(config),
  expert_used_count: required(config, 'num_experts_per_tok'),
  expert_weights_norm: config.norm_topk_prob ?? false,
});

const own = (name: string) => (expert: number) => `mlp.experts.${expert}.${name}.weight`;
const mixed = {
  parts: { ...attention, ...headNorms, ffn_norm: 'post_attention_layernorm', ffn_gate_inp: 'mlp.gate' },
  experts: {
    ffn_gate_exps: { whole: 'mlp.experts.gate_up_proj', change: halfOfEach(0), each: own('gate_proj') },
    ffn_up_exps: { whole: 'mlp.experts.gate_up_proj', change: halfOfEach(1), each: own('up_proj') },
    ffn_down_exps: { whole: 'mlp.experts.down_proj', each: own('down_proj') },
  },
};

const olmoe: FolderFamily = {
  architecture: 'olmoe',
  modelTypes: ['olmoe'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    if (typeof config.clip_qkv === 'number') throw unreadField('config.json: clip_qkv', config.clip_qkv, 'null');
    return gatedKeys(config, { base: 10_000, epsilon: 1e-5, more: expertKeys(config) });
  },
  ends,
  ...mixed,
};

/** Every layer is a mixture. Throws for a config with others. */
const qwen3moe: FolderFamily = {
  architecture: 'qwen3moe',
  modelTypes: ['qwen3_moe'],
  keys(config) {
    const [dense = 0] = config.mlp_only_layers ?? [];
    if (config.mlp_only_layers?.length) throw unreadField('config.json: mlp_only_layers', dense, '[]');
    if ((config.decoder_sparse_step ?? 1) !== 1)
      throw unreadField('config.json: decoder_sparse_step', config.decoder_sparse_step, 1);
    const { keys, tensors } = qwenKeys(config);
    const width = required(config, 'moe_intermediate_size');
    return { keys: { ...keys, ...expertKeys(config), expert_feed_forward_length: width }, tensors };
  },
  ends,
  ...mixed,
};

/** Granite's four scales. */
const graniteScales = (config: Config): Keys => ({
  'rope.interleaved': false,
  'attention.scale': config.attention_multiplier ?? 1,
  embedding_scale: config.embedding_multiplier ?? 1,
  residual_scale: config.residual_multiplier ?? 1,
  logit_scale: config.logits_scaling ?? 1,
});

const granite: FolderFamily = {
  architecture: 'granite',
  modelTypes: ['granite'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    return gatedKeys(config, { base: 10_000, more: graniteScales(config) });
  },
  ends,
  parts: twoNorms,
};

const granitemoe: FolderFamily = {
  architecture: 'granitemoe',
  modelTypes: ['granitemoe'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    const experts = expertKeys({ ...config, norm_topk_prob: true });
    return gatedKeys(config, { base: 10_000, more: { ...experts, ...graniteScales(config) } });
  },
  ends,
  parts: { ...attention, ffn_norm: 'post_attention_layernorm', ffn_gate_inp: 'block_sparse_moe.router.layer' },
  experts: {
    ffn_gate_exps: { whole: 'block_sparse_moe.input_linear.weight', change: halfOfEach(0) },
    ffn_up_exps: { whole: 'block_sparse_moe.input_linear.weight', change: halfOfEach(1) },
    ffn_down_exps: { whole: 'block_sparse_moe.output_linear.weight' },
  },
};

/** Published in MXFP4, otherwise turned over. */
const upright: Change = (tensor) => (tensor.info.type === 'MXFP4' ? tensor : ofEach(transposed)(tensor));

const gptoss: FolderFamily = {
  architecture: 'gpt-oss',
  modelTypes: ['gpt_oss'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    const [alpha, limit, period] = [config.swiglu_alpha ?? 1.702, config.swiglu_limit ?? 7, globalPeriod(config, 2)];
    if (alpha !== 1.702 || limit !== 7)
      throw unreadField('config.json: swiglu_alpha, swiglu_limit', `${alpha}, ${limit}`, '1.702, 7');
    if (period !== 2) throw unreadField('config.json: layer_types', period, 2);
    const usual = { rope_type: 'yarn', factor: 32, original_max_position_embeddings: 4096, truncate: false };
    const full = { ...config, rope_parameters: config.rope_parameters ?? config.rope_scaling ?? usual };
    const more = {
      ...expertKeys({ ...config, norm_topk_prob: true }),
      'attention.sliding_window': config.sliding_window ?? 128,
    };
    return gatedKeys(full, { base: 150_000, epsilon: 1e-5, more });
  },
  ends,
  parts: { ...attention, post_attention_norm: 'post_attention_layernorm', ffn_gate_inp: 'mlp.router' },
  experts: {
    attn_sinks: { whole: 'self_attn.sinks' },
    ffn_gate_exps: { whole: 'mlp.experts.gate_up_proj', change: (tensor) => everyOther(0)(upright(tensor)) },
    ffn_up_exps: { whole: 'mlp.experts.gate_up_proj', change: (tensor) => everyOther(1)(upright(tensor)) },
    ffn_down_exps: { whole: 'mlp.experts.down_proj', change: upright },
    'ffn_gate_exps.bias': { whole: 'mlp.experts.gate_up_proj_bias', change: everyOther(0) },
    'ffn_up_exps.bias': { whole: 'mlp.experts.gate_up_proj_bias', change: everyOther(1) },
    'ffn_down_exps.bias': { whole: 'mlp.experts.down_proj_bias' },
  },
};

function gemmaKeys(config: Config, more: Keys, base: number): RotaryKeys {
  // The class ignores `hidden_act`, though these configs have it too.
  checkActivation(config, 'hidden_activation', tanhGelu);
  if (config.use_bidirectional_attention) throw unreadField('config.json: use_bidirectional_attention', true, false);
  const full: Config = {
    ...config,
    num_attention_heads: config.num_attention_heads ?? 8,
    num_key_value_heads: config.num_key_value_heads ?? 4,
    head_dim: config.head_dim ?? 256,
  };
  return gatedKeys(full, {
    base,
    more: {
      'attention.sliding_window': config.sliding_window ?? 4096,
      'attention.scale': (config.query_pre_attn_scalar ?? 256) ** -0.5,
      ...more,
    },
  });
}

const plusOneOnNorms = (name: string) => (name.includes('norm') ? plusOne : undefined);

const gemma2: FolderFamily = {
  architecture: 'gemma2',
  modelTypes: ['gemma2'],
  keys(config) {
    const period = globalPeriod(config, 2);
    if (period !== 2) throw unreadField('config.json: sliding_window_pattern', period, 2);
    // No score reaches 1e9, so this cap is none.
    const caps = {
      attn_logit_softcapping: config.attn_logit_softcapping === null ? 1e9 : (config.attn_logit_softcapping ?? 50),
      final_logit_softcapping: config.final_logit_softcapping === null ? 1e9 : (config.final_logit_softcapping ?? 30),
    };
    return gemmaKeys({ ...config, max_position_embeddings: config.max_position_embeddings ?? 8192 }, caps, 10_000);
  },
  ends,
  parts: fourNorms,
  change: plusOneOnNorms,
};

const gemma3: FolderFamily = {
  architecture: 'gemma3',
  modelTypes: ['gemma3_text', 'gemma3'],
  keys(config) {
    const more = {
      'rope.freq_base_swa': nearBase(config) ?? config.rope_local_base_freq ?? 10_000,
      'attention.sliding_window_pattern': globalPeriod(config, 6),
      attn_logit_softcapping: config.attn_logit_softcapping ?? 0,
      final_logit_softcapping: config.final_logit_softcapping ?? 0,
    };
    return gemmaKeys(
      { ...config, max_position_embeddings: config.max_position_embeddings ?? 131_072 },
      more,
      1_000_000,
    );
  },
  ends,
  parts: { ...fourNorms, ...headNorms },
  change: plusOneOnNorms,
};

const phi3: FolderFamily = {
  architecture: 'phi3',
  modelTypes: ['phi3'],
  keys(config) {
    checkActivation(config, 'hidden_act', silu);
    return gatedKeys(config, {
      base: 10_000,
      epsilon: 1e-5,
      more: { 'attention.sliding_window': config.sliding_window ?? 0 },
    });
  },
  ends,
  parts: {
    attn_norm: 'input_layernorm',
    attn_qkv: 'self_attn.qkv_proj',
    attn_output: 'self_attn.o_proj',
    ffn_norm: 'post_attention_layernorm',
    ffn_up: 'mlp.gate_up_proj',
    ffn_down: 'mlp.down_proj',
  },
};

const gpt2: FolderFamily = {
  architecture: 'gpt2',
  modelTypes: ['gpt2'],
  keys(config) {
    checkActivation(config, 'activation_function', ['gelu_new', ...tanhGelu]);
    if (config.scale_attn_weights === false || config.scale_attn_by_inverse_layer_idx || config.add_cross_attention)
      throw unreadField(
        'config.json: scale_attn_weights, scale_attn_by_inverse_layer_idx, add_cross_attention',
        [config.scale_attn_weights, config.scale_attn_by_inverse_layer_idx, config.add_cross_attention].join(', '),
        'true, false, false',
      );
    const width = required(config, 'n_embd');
    return {
      keys: {
        block_count: required(config, 'n_layer'),
        context_length: required(config, 'n_positions'),
        embedding_length: width,
        feed_forward_length: config.n_inner ?? 4 * width,
        'attention.head_count': required(config, 'n_head'),
        'attention.layer_norm_epsilon': config.layer_norm_epsilon ?? 1e-5,
      },
      tensors: {},
    };
  },
  ends: { token_embd: 'wte', position_embd: 'wpe', output_norm: 'ln_f' },
  layers: 'h',
  parts: {
    attn_norm: 'ln_1',
    attn_qkv: 'attn.c_attn',
    attn_output: 'attn.c_proj',
    ffn_norm: 'ln_2',
    ffn_up: 'mlp.c_fc',
    ffn_down: 'mlp.c_proj',
  },
  change: (name) => (/^blk\.\d+\.(attn_qkv|attn_output|ffn_up|ffn_down)\.weight$/.test(name) ? transposed : undefined),
};

/** The keys of families with LayerNorm that rotate a part of each head. */
function partlyTurnedKeys(config: Config, share: number, more: Keys): RotaryKeys {
  const sizes = sizesOf(config);
  const { 'attention.head_count': heads, embedding_length: width, context_length: context } = sizes;
  const { keys, tensors } = rotaryKeys(config, width / heads, context, { base: 10_000, share });
  return {
    keys: {
      ...sizes,
      'attention.layer_norm_epsilon': config.layer_norm_eps ?? 1e-5,
      ...keys,
      ...more,
    },
    tensors,
  };
}

const gptneox: FolderFamily = {
  architecture: 'gptneox',
  modelTypes: ['gpt_neox'],
  keys(config) {
    checkActivation(config, 'hidden_act', ['gelu']);
    return partlyTurnedKeys(config, 0.25, { use_parallel_residual: config.use_parallel_residual ?? true });
  },
  ends: { token_embd: 'embed_in', output_norm: 'final_layer_norm' },
  parts: {
    attn_norm: 'input_layernorm',
    attn_qkv: 'attention.query_key_value',
    attn_output: 'attention.dense',
    ffn_norm: 'post_attention_layernorm',
    ffn_up: 'mlp.dense_h_to_4h',
    ffn_down: 'mlp.dense_4h_to_h',
  },
  change: (name, config) =>
    name.includes('attn_qkv') ? regrouped(required(config, 'num_attention_heads')) : undefined,
};

/** Phi 1, 1.5 and 2. */
const phi2: FolderFamily = {
  architecture: 'phi2',
  modelTypes: ['phi'],
  keys(config) {
    checkActivation(config, 'hidden_act', ['gelu_new', ...tanhGelu]);
    if (config.qk_layernorm) throw unreadField('config.json: qk_layernorm', true, false);
    return partlyTurnedKeys(config, 0.5, {
      'attention.head_count_kv': config.num_key_value_heads ?? required(config, 'num_attention_heads'),
    });
  },
  ends: { token_embd: 'embed_tokens', output_norm: 'final_layernorm' },
  parts: {
    attn_norm: 'input_layernorm',
    attn_q: 'self_attn.q_proj',
    attn_k: 'self_attn.k_proj',
    attn_v: 'self_attn.v_proj',
    attn_output: 'self_attn.dense',
    ffn_up: 'mlp.fc1',
    ffn_down: 'mlp.fc2',
  },
};

/** A new family is an entry here and a folder in test/fixtures/make_folders.py. */
export const families: readonly FolderFamily[] = [
  llama,
  qwen2,
  qwen3,
  gemma2,
  gemma3,
  phi2,
  phi3,
  gpt2,
  gptneox,
  smollm3,
  olmo2,
  granite,
  cohere2,
  exaone4,
  glm4,
  mistral3,
  olmoe,
  qwen3moe,
  granitemoe,
  gptoss,
];
