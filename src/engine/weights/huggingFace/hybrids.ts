import { unreadField } from '../damaged';
import { rates, withoutMiddle } from './changes';
import { required, type Config } from './config';
import {
  attending,
  attentionParts,
  type FolderFamily,
  gatedKeys,
  gatedParts,
  headNorms,
  plusOneOnNorms,
  siluKeys,
  usualEnds,
} from './folderFamily';

const liquidAttends = (config: Config) =>
  attending(config, (layer) => config.full_attn_idxs?.includes(layer) ?? true, 'conv');

const convolved = {
  attn_norm: 'operator_norm',
  'shortconv.in_proj': 'conv.in_proj',
  'shortconv.conv': 'conv.conv',
  'shortconv.out_proj': 'conv.out_proj',
};
const attended = {
  attn_norm: 'operator_norm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.out_proj',
  attn_q_norm: 'self_attn.q_layernorm',
  attn_k_norm: 'self_attn.k_layernorm',
};
const liquid = {
  ffn_norm: 'ffn_norm',
  ffn_gate: 'feed_forward.w1',
  ffn_up: 'feed_forward.w3',
  ffn_down: 'feed_forward.w2',
};

const lfm2: FolderFamily = {
  architecture: 'lfm2',
  modelTypes: ['lfm2'],
  keys(config) {
    if (config.conv_bias) throw unreadField('config.json: conv_bias', true, false);
    const whole = config.block_ff_dim ?? required(config, 'intermediate_size');
    const multiple = config.block_multiple_of ?? 256;
    const two = Math.trunc((2 * whole) / 3);
    const { block_ffn_dim_multiplier: factor = 1 } = config;
    const adjusted = factor === null ? two : multiple * Math.ceil(Math.trunc(factor * two) / multiple);
    const inner = (config.block_auto_adjust_ff_dim ?? true) ? adjusted : whole;
    const { keys, tensors } = gatedKeys({ ...config, intermediate_size: inner }, { base: 1_000_000 });
    const heads = keys['attention.head_count_kv'] as number;
    const more = {
      'attention.layer_norm_rms_epsilon': config.norm_eps ?? 1e-5,
      'attention.head_count_kv': liquidAttends(config).map((one) => (one ? heads : 0)),
      'shortconv.l_cache': config.conv_L_cache ?? 3,
    };
    return { keys: { ...keys, ...more }, tensors };
  },
  ends: { token_embd: 'embed_tokens', token_embd_norm: 'embedding_norm' },
  parts: { ...convolved, ...attended, ...liquid },
  partsOf: (config, layer) => ({ ...(liquidAttends(config)[layer] ? attended : convolved), ...liquid }),
  change: (name) => (name.endsWith('shortconv.conv.weight') ? withoutMiddle : undefined),
};

const recurrent = {
  attn_norm: 'input_layernorm',
  attn_qkv: 'linear_attn.in_proj_qkv',
  attn_gate: 'linear_attn.in_proj_z',
  ssm_alpha: 'linear_attn.in_proj_a',
  ssm_beta: 'linear_attn.in_proj_b',
  ssm_conv1d: 'linear_attn.conv1d',
  ssm_norm: 'linear_attn.norm',
  ssm_out: 'linear_attn.out_proj',
};
const postGated = { post_attention_norm: 'post_attention_layernorm', ...gatedParts };

function recurring(config: Config): boolean[] {
  const period = config.full_attention_interval ?? 4;
  return attending(config, (layer) => (layer + 1) % period === 0, 'linear_attention').map((attends) => !attends);
}
const isRecurrent = (config: Config, layer: number) => recurring(config)[layer] === true;

/** The text of Qwen 3.5. */
const qwen35: FolderFamily = {
  architecture: 'qwen35',
  modelTypes: ['qwen3_5_text', 'qwen3_5'],
  keys(config) {
    const { keys, tensors } = siluKeys({ ...config, head_dim: config.head_dim ?? 256 }, { base: 10_000, share: 0.25 });
    const heads = config.linear_num_value_heads ?? 32;
    const more = {
      'ssm.conv_kernel': config.linear_conv_kernel_dim ?? 4,
      'ssm.group_count': config.linear_num_key_heads ?? 16,
      'ssm.time_step_rank': heads,
      'ssm.state_size': config.linear_key_head_dim ?? 128,
      'ssm.inner_size': heads * (config.linear_value_head_dim ?? 128),
      'ssm.grouped': true,
      'attention.recurrent_layers': recurring(config),
    };
    return { keys: { ...keys, ...more }, tensors };
  },
  ends: usualEnds,
  parts: { ...recurrent, ...attentionParts, ...headNorms, ...postGated },
  partsOf: (config, layer) => ({
    ...(isRecurrent(config, layer) ? recurrent : { ...attentionParts, ...headNorms }),
    ...postGated,
  }),
  named: {
    ssm_a: { whole: 'linear_attn.A_log', change: rates, isIn: isRecurrent },
    'ssm_dt.bias': { whole: 'linear_attn.dt_bias', isIn: isRecurrent },
  },
  change: (name) =>
    name.endsWith('conv1d.weight') ? withoutMiddle : name.includes('ssm_norm') ? undefined : plusOneOnNorms(name),
};

/** Families with other layers than those of attention. */
export const hybrids: readonly FolderFamily[] = [lfm2, qwen35];
