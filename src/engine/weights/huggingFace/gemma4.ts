import { unreadField } from '../damaged';
import { required, scalingFor, type Config } from './config';
import {
  type FolderFamily,
  attending,
  checkActivation,
  fourNorms,
  gatedKeys,
  headNorms,
  nearBase,
  tanhGelu,
  usualEnds,
} from './folderFamily';
import { expertKeys } from './mixtures';

const beside = {
  inp_gate: 'per_layer_input_gate',
  proj: 'per_layer_projection',
  post_norm: 'post_per_layer_input_norm',
};
const kept = ['attn_k', 'attn_v', 'attn_k_norm'] as const;
const ofMixture = {
  ffn_gate_inp: 'router.proj',
  pre_ffw_norm_2: 'pre_feedforward_layernorm_2',
  post_ffw_norm_1: 'post_feedforward_layernorm_1',
  post_ffw_norm_2: 'post_feedforward_layernorm_2',
};
const parts = { ...fourNorms, ...headNorms, ...beside, ...ofMixture };
const isMixture = (config: Config): boolean => config.enable_moe_block === true;
const ofExperts = (whole: string) => ({ whole, isIn: isMixture });

/** Whether each layer has a window. The class leaves the last one without. */
const windowed = (config: Config): boolean[] =>
  attending(config, (layer) => layer % 6 === 5, 'sliding_attention').map(
    (isFull, i, all) => !isFull && i < all.length - 1,
  );

/** Heads of the layers without a window, whose keys have had two names. */
function globalHeads(config: Config, windows: readonly boolean[], keyHeads: number) {
  const own = config.per_layer_config?.[windows.indexOf(false)];
  return {
    size: own?.head_dim ?? config.global_head_dim ?? 512,
    keyHeads:
      own?.num_key_value_heads ?? (config.attention_k_eq_v ? config.num_global_key_value_heads : null) ?? keyHeads,
  };
}

const besideWidth = (config: Config): number => config.hidden_size_per_layer_input ?? 256;
const firstShared = (config: Config): number =>
  required(config, 'num_hidden_layers') - (config.num_kv_shared_layers ?? 0);

/** Rotation of the first pairs of a head alone, the others divided by so much that they do not turn. */
function divisors(config: Config, headSize: number): readonly number[] {
  const full = scalingFor(config.rope_parameters?.full_attention ?? {});
  const kind = full.rope_type ?? 'proportional';
  if (kind !== 'proportional') throw unreadField('config.json: rope_parameters.full_attention', kind, 'proportional');
  const turned = Math.trunc(((full.partial_rotary_factor ?? 0.25) * headSize) / 2);
  return Array.from({ length: headSize / 2 }, (_, pair) => (pair < turned ? 1 : 1e30));
}

export const gemma4Folder: FolderFamily = {
  architecture: 'gemma4',
  modelTypes: ['gemma4_text', 'gemma4'],
  keys(config) {
    checkActivation(config, 'hidden_activation', tanhGelu);
    if (config.use_bidirectional_attention === 'all')
      throw unreadField('config.json: use_bidirectional_attention', 'all', 'null');
    const windows = windowed(config);
    const full = { ...config, num_attention_heads: config.num_attention_heads ?? 8 };
    const keyHeads = config.num_key_value_heads ?? 4;
    const near = config.head_dim ?? 256;
    const { size, keyHeads: globalKeyHeads } = globalHeads(config, windows, keyHeads);
    const base = scalingFor(config.rope_parameters?.full_attention ?? {}).rope_theta ?? 1_000_000;
    const inner = required(config, 'intermediate_size');
    const wide = config.use_double_wide_mlp ? 2 * inner : inner;
    const { keys } = gatedKeys({ ...full, head_dim: size, rope_parameters: null }, { base });
    return {
      keys: {
        ...keys,
        feed_forward_length: windows.map((_, layer) => (layer < firstShared(config) ? inner : wide)),
        'attention.head_count_kv': windows.map((isNear) => (isNear ? keyHeads : globalKeyHeads)),
        'attention.key_length_swa': near,
        'attention.sliding_window': config.sliding_window ?? 512,
        'attention.sliding_window_pattern': windows,
        'attention.shared_kv_layers': config.num_kv_shared_layers ?? 0,
        'rope.freq_base_swa': nearBase(config) ?? 10_000,
        embedding_length_per_layer_input: besideWidth(config),
        final_logit_softcapping: config.final_logit_softcapping ?? 0,
        ...(isMixture(config) && {
          ...expertKeys({ ...config, norm_topk_prob: true, num_experts_per_tok: required(config, 'top_k_experts') }),
          expert_feed_forward_length: required(config, 'moe_intermediate_size'),
        }),
      },
      tensors: { 'rope_freqs.weight': divisors(config, size) },
    };
  },
  ends: usualEnds,
  withLayers: (config) =>
    besideWidth(config) > 0
      ? {
          per_layer_token_embd: 'embed_tokens_per_layer',
          per_layer_model_proj: 'per_layer_model_projection',
          per_layer_proj_norm: 'per_layer_projection_norm',
        }
      : {},
  parts,
  partsOf(config, layer) {
    const absent = new Set<string>([
      ...(layer < firstShared(config) ? [] : kept),
      ...(config.attention_k_eq_v && !windowed(config)[layer] ? ['attn_v'] : []),
      ...(besideWidth(config) > 0 ? [] : Object.keys(beside)),
      ...(isMixture(config) ? [] : Object.keys(ofMixture)),
    ]);
    return Object.fromEntries(Object.entries(parts).filter(([name]) => !absent.has(name)));
  },
  // Published folders have matrices that nothing reads, in the layers that share others' keys.
  unreadOf: (config, layer) => (layer < firstShared(config) ? [] : kept.map((name) => parts[name])),
  named: {
    'layer_output_scale.weight': { whole: 'layer_scalar' },
    'ffn_gate_inp.scale': ofExperts('router.scale'),
    'ffn_gate_up_exps.weight': ofExperts('experts.gate_up_proj'),
    'ffn_down_exps.weight': ofExperts('experts.down_proj'),
    'ffn_down_exps.scale': ofExperts('router.per_expert_scale'),
  },
};
