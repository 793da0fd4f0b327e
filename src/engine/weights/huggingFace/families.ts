import { unreadField } from '../damaged';
import { regrouped, transposed } from './changes';
import { required, type Config } from './config';
import {
  type FolderFamily,
  type Keys,
  checkActivation,
  tanhGelu,
  sharedSizes,
  gatedKeys,
  siluKeys,
  qwenKeys,
  usualEnds,
  attentionParts,
  gatedParts,
  headNorms,
  twoNorms,
  fourNorms,
  postNorms,
  globalPeriod,
  nearBase,
  checkFourth,
  plusOneOnNorms,
} from './folderFamily';
import { gemma4Folder } from './gemma4';
import { hybrids } from './hybrids';
import { graniteScales, mixtures } from './mixtures';
import { rotaryKeys, type RotaryKeys } from './rope';

/** Llama, Mistral, SmolLM. A folder has the rows of q and k in their original order, a GGUF file does not. */
const llama: FolderFamily = {
  architecture: 'llama',
  modelTypes: ['llama', 'mistral'],
  keys(config) {
    // Llama's class ignores `sliding_window`. Mistral's uses 4096 if the key is absent and no window if it is `null`.
    const window =
      config.model_type === 'mistral' ? (config.sliding_window === undefined ? 4096 : (config.sliding_window ?? 0)) : 0;
    return siluKeys(config, { base: 10_000, more: { 'rope.interleaved': false, 'attention.sliding_window': window } });
  },
  ends: usualEnds,
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
  ends: usualEnds,
  parts: twoNorms,
};

const qwen2: FolderFamily = {
  architecture: 'qwen2',
  modelTypes: ['qwen2'],
  keys: qwenKeys,
  ends: usualEnds,
  parts: twoNorms,
};
const qwen3: FolderFamily = {
  architecture: 'qwen3',
  modelTypes: ['qwen3'],
  keys: qwenKeys,
  ends: usualEnds,
  parts: { ...twoNorms, ...headNorms },
};

/** OLMo 2, and 3 with its windows. */
const olmo2: FolderFamily = {
  architecture: 'olmo2',
  modelTypes: ['olmo2', 'olmo3'],
  keys(config) {
    if (config.model_type === 'olmo2') return siluKeys(config, { base: 500_000, epsilon: 1e-5 });
    checkFourth(config);
    const near = nearBase(config);
    const more = {
      'attention.sliding_window': config.sliding_window ?? 4096,
      ...(near !== undefined && { 'rope.freq_base_swa': near }),
    };
    return siluKeys(config, { base: 500_000, epsilon: 1e-5, more });
  },
  ends: usualEnds,
  parts: postNorms,
};

const exaone4: FolderFamily = {
  architecture: 'exaone4',
  modelTypes: ['exaone4'],
  keys(config) {
    const window = config.sliding_window === undefined ? 4096 : (config.sliding_window ?? 0);
    if (window) checkFourth(config);
    return siluKeys(config, { base: 10_000, epsilon: 1e-5, more: { 'attention.sliding_window': window } });
  },
  ends: usualEnds,
  parts: postNorms,
};

/** The text model of 2025, whose older relatives are Llama. */
const mistral3: FolderFamily = {
  architecture: 'mistral3',
  modelTypes: ['ministral3'],
  keys(config) {
    const scaling = config.rope_parameters ?? config.rope_scaling;
    const original = scaling?.original_max_position_embeddings;
    const more = {
      'rope.interleaved': false,
      'attention.sliding_window': config.sliding_window ?? 0,
      'attention.temperature_scale': scaling?.llama_4_scaling_beta ?? 0,
      ...(original && { 'rope.scaling.original_context_length': original }),
    };
    return siluKeys(config, { base: 1_000_000, epsilon: 1e-5, more });
  },
  ends: usualEnds,
  parts: twoNorms,
};

const glm4: FolderFamily = {
  architecture: 'glm4',
  modelTypes: ['glm4'],
  keys(config) {
    return siluKeys(config, { base: 10_000, share: 0.5, epsilon: 1.5625e-7 });
  },
  ends: usualEnds,
  parts: {
    ...attentionParts,
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
    checkFourth(config);
    if (config.sliding_window === null) throw unreadField('config.json: sliding_window', 'null', 4096);
    const more = {
      'attention.layer_norm_epsilon': config.layer_norm_eps ?? 1e-5,
      'attention.sliding_window': config.sliding_window ?? 4096,
      logit_scale: config.logit_scale ?? 0.0625,
    };
    return siluKeys(config, { base: 10_000, more });
  },
  ends: usualEnds,
  parts: { ...attentionParts, ...gatedParts },
};

const granite: FolderFamily = {
  architecture: 'granite',
  modelTypes: ['granite'],
  keys(config) {
    return siluKeys(config, { base: 10_000, more: graniteScales(config) });
  },
  ends: usualEnds,
  parts: twoNorms,
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
  ends: usualEnds,
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
  ends: usualEnds,
  parts: { ...fourNorms, ...headNorms },
  change: plusOneOnNorms,
};

const phi3: FolderFamily = {
  architecture: 'phi3',
  modelTypes: ['phi3'],
  keys(config) {
    return siluKeys(config, {
      base: 10_000,
      epsilon: 1e-5,
      more: { 'attention.sliding_window': config.sliding_window ?? 0 },
    });
  },
  ends: usualEnds,
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
  const sizes = sharedSizes(config);
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
  ...hybrids,
  gemma4Folder,
  ...mixtures,
];
