import { unreadField } from '../damaged';
import { everyOther, halfOfEach, ofEach, transposed, type Change } from './changes';
import { required, type Config } from './config';
import {
  type FolderFamily,
  type Keys,
  siluKeys,
  qwenKeys,
  usualEnds,
  attentionParts,
  headNorms,
  globalPeriod,
} from './folderFamily';

export const expertsOf = (config: Config): number => config.num_experts ?? required(config, 'num_local_experts');

export const expertKeys = (config: Config): Keys => ({
  expert_count: expertsOf(config),
  expert_used_count: required(config, 'num_experts_per_tok'),
  expert_weights_norm: config.norm_topk_prob ?? false,
});

const own = (name: string) => (expert: number) => `mlp.experts.${expert}.${name}.weight`;
const mixed = {
  parts: { ...attentionParts, ...headNorms, ffn_norm: 'post_attention_layernorm', ffn_gate_inp: 'mlp.gate' },
  named: {
    'ffn_gate_exps.weight': { whole: 'mlp.experts.gate_up_proj', change: halfOfEach(0), each: own('gate_proj') },
    'ffn_up_exps.weight': { whole: 'mlp.experts.gate_up_proj', change: halfOfEach(1), each: own('up_proj') },
    'ffn_down_exps.weight': { whole: 'mlp.experts.down_proj', each: own('down_proj') },
  },
};

const olmoe: FolderFamily = {
  architecture: 'olmoe',
  modelTypes: ['olmoe'],
  keys(config) {
    if (typeof config.clip_qkv === 'number') throw unreadField('config.json: clip_qkv', config.clip_qkv, 'null');
    return siluKeys(config, { base: 10_000, epsilon: 1e-5, more: expertKeys(config) });
  },
  ends: usualEnds,
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
  ends: usualEnds,
  ...mixed,
};

/** Granite's four scales. */
export const graniteScales = (config: Config): Keys => ({
  'rope.interleaved': false,
  'attention.scale': config.attention_multiplier ?? 1,
  embedding_scale: config.embedding_multiplier ?? 1,
  residual_scale: config.residual_multiplier ?? 1,
  logit_scale: config.logits_scaling ?? 1,
});

const granitemoe: FolderFamily = {
  architecture: 'granitemoe',
  modelTypes: ['granitemoe'],
  keys(config) {
    const experts = expertKeys({ ...config, norm_topk_prob: true });
    return siluKeys(config, { base: 10_000, more: { ...experts, ...graniteScales(config) } });
  },
  ends: usualEnds,
  parts: { ...attentionParts, ffn_norm: 'post_attention_layernorm', ffn_gate_inp: 'block_sparse_moe.router.layer' },
  named: {
    'ffn_gate_exps.weight': { whole: 'block_sparse_moe.input_linear.weight', change: halfOfEach(0) },
    'ffn_up_exps.weight': { whole: 'block_sparse_moe.input_linear.weight', change: halfOfEach(1) },
    'ffn_down_exps.weight': { whole: 'block_sparse_moe.output_linear.weight' },
  },
};

/** Published in MXFP4, otherwise turned over. */
const upright: Change = (tensor) => (tensor.info.type === 'MXFP4' ? tensor : ofEach(transposed)(tensor));

const gptoss: FolderFamily = {
  architecture: 'gpt-oss',
  modelTypes: ['gpt_oss'],
  keys(config) {
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
    return siluKeys(full, { base: 150_000, epsilon: 1e-5, more });
  },
  ends: usualEnds,
  parts: { ...attentionParts, post_attention_norm: 'post_attention_layernorm', ffn_gate_inp: 'mlp.router' },
  named: {
    'attn_sinks.weight': { whole: 'self_attn.sinks' },
    'ffn_gate_exps.weight': { whole: 'mlp.experts.gate_up_proj', change: (tensor) => everyOther(0)(upright(tensor)) },
    'ffn_up_exps.weight': { whole: 'mlp.experts.gate_up_proj', change: (tensor) => everyOther(1)(upright(tensor)) },
    'ffn_down_exps.weight': { whole: 'mlp.experts.down_proj', change: upright },
    'ffn_gate_exps.bias': { whole: 'mlp.experts.gate_up_proj_bias', change: everyOther(0) },
    'ffn_up_exps.bias': { whole: 'mlp.experts.gate_up_proj_bias', change: everyOther(1) },
    'ffn_down_exps.bias': { whole: 'mlp.experts.down_proj_bias' },
  },
};

export const mixtures: readonly FolderFamily[] = [olmoe, qwen3moe, granitemoe, gptoss];
