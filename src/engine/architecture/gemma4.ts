import { missingField, unreadField, wrongField } from '../weights/damaged';
import { rmsNormed, type Architecture } from './architecture';
import { geluGated, gemmaLayer } from './gemma2';
import type { FamilyHeader, TrunkSizes } from './header';
import type { AttentionKind } from './hyperparameters';
import type { LayerBuilder, LayerValue } from './layers';
import { rotaryDivisors } from './llama';
import { plainFrequencies, rotaryOf } from './rotary';

const local = 0;
const global = 1;
const pattern = 'attention.sliding_window_pattern';
const logitCap = 'final_logit_softcapping';

/**
 * Gemma 4 (2026): as Gemma 3, with wider heads in the layers with full attention, values normed without a gain, last
 * layers that read the keys and values of earlier ones, and a vector of the token for each layer, which its
 * feed-forward part gates and adds. A factor of each layer scales the residual after it. Its mixtures have experts
 * beside the neurons that run at every position, with norms and a router of their own.
 */
export const gemma4: Architecture = {
  ...rmsNormed,
  name: 'gemma4',
  ofFeedForward: [
    'inp_gate',
    'proj',
    'post_norm',
    'layer_output_scale',
    'pre_ffw_norm_2',
    'post_ffw_norm_1',
    'post_ffw_norm_2',
  ],
  outside: [rotaryDivisors],
  beside: ['per_layer_token_embd.weight', 'per_layer_model_proj.weight', 'per_layer_proj_norm.weight'],

  hyperparameters(header) {
    const sizes = header.sizes({ uneven: true });
    const { layers } = sizes;
    const windows = header.flags(pattern, layers);
    if (!windows) throw missingField(`gemma4.${pattern}`, `${layers} × (true | false)`);
    const kinds = windows.map((isLocal) => (isLocal ? local : global));
    return {
      ...sizes,
      ...(header.isNone('expert_count')
        ? { neurons: header.widths('feed_forward_length', layers) }
        : mixture(header, sizes)),
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      attention: kindsOfAttention(header, sizes.headSize, kinds),
      kinds,
      keysFrom: keysFrom(header, kinds),
      besideWidth: header.count('embedding_length_per_layer_input', 0, sizes.dimensions),
      layerScales: kinds.map((_, layer) => header.factors(`blk.${layer}.layer_output_scale.weight`, 1)?.[0] ?? 1),
      scoreScale: 1,
      // llama.cpp caps where a file says nothing. Only 0 is none, which folders without a cap say.
      ...(!(header.has(logitCap) && header.isNone(logitCap)) && { logitCap: header.factor(logitCap, 30) }),
      embeddingScale: Math.sqrt(sizes.dimensions),
    };
  },

  layer(b, residual, index) {
    return gemmaLayer(b, residual, index, {
      mixer: (x) => ({ output: attended(b, x, index) }),
      ...(b.model.experts && { feed: (x) => besideExperts(b, x, index) }),
      ...(b.model.besideWidth && { beside: (x) => ofToken(b, x, index) }),
      last: (x) => b.scaledBy(x, `blk.${index}.layer_output_scale.weight`),
    });
  },
};

/** Experts beside the neurons that run at every position. */
function mixture(header: FamilyHeader, { feedForward: always }: TrunkSizes) {
  const beside = 'embedding_length_per_layer_input';
  if (!header.isNone(beside)) throw unreadField(`gemma4.${beside}`, '≠ 0 (experts)', 0);
  // Without it, experts would have the width of the neurons.
  header.width('expert_feed_forward_length');
  const { experts, feedForward } = header.experts(true);
  return { experts: { ...experts, gates: 'gelu-tanh', hasDense: true } as const, feedForward: always + feedForward };
}

/** Those with a window and those without, each with its heads. */
function kindsOfAttention(header: FamilyHeader, headSize: number, kinds: readonly number[]): AttentionKind[] {
  const heads = header.widths('attention.head_count_kv', kinds.length);
  const near = header.headSize('attention.key_length_swa', 'attention.value_length_swa', headSize);
  const base = header.base('rope.freq_base_swa', 10_000);
  const turned = header.width('rope.dimension_count_swa', near);
  if (turned !== near) throw unreadField('gemma4.rope.dimension_count_swa', turned, near);
  const frequencies = plainFrequencies(base, near);
  return [
    {
      window: header.window('attention.sliding_window'),
      rotary: { base, frequencies, attentionFactor: 1, interleaved: false },
      headSize: near,
    },
    { window: Infinity, rotary: rotaryOf(header, headSize, { divisors: rotaryDivisors }), headSize },
  ].map((attention, kind) => {
    const own = new Set(heads.filter((_, layer) => kinds[layer] === kind));
    if (own.size > 1) throw wrongField('gemma4.attention.head_count_kv', [...own].join(', '), 'n');
    return { ...attention, keyValueHeads: [...own][0] ?? 1 };
  });
}

/** The last layers read the keys of the last layer of their kind that has its own. */
function keysFrom(header: FamilyHeader, kinds: readonly number[]): number[] {
  const most = kinds.length - 1 - Math.max(kinds.indexOf(local), kinds.indexOf(global));
  const own = kinds.length - header.count('attention.shared_kv_layers', 0, most);
  return kinds.map((kind, layer) => (layer < own ? layer : kinds.lastIndexOf(kind, own - 1)));
}

function attended<V extends LayerValue>(b: LayerBuilder<V>, x: V, index: number): V {
  const part = (name: string) => `blk.${index}.${name}`;
  const { heads, kinds = [], keysFrom = [], attention, keyValueHeads } = b.model;
  const kind = kinds[index] ?? global;
  const queries = b.rotatedHeads(x, part('attn_q'), heads, true, kind);
  const own = attention[kind]?.keyValueHeads ?? keyValueHeads;
  const kept = () => {
    const plain = b.linear(x, part('attn_k'));
    const values = b.weights.tensors.has(part('attn_v.weight')) ? b.linear(x, part('attn_v')) : plain;
    const keys = b.rotary(b.headNorm(plain, part('attn_k_norm'), own), own, kind);
    return { keys, values: b.headNorm(values, null, own) };
  };
  const isShared = keysFrom[index] !== index;
  // Published files have matrices there that nothing reads.
  if (isShared) ['attn_k', 'attn_v', 'attn_k_norm'].forEach((name) => b.used.add(part(`${name}.weight`)));
  const { keys, values } = isShared ? { keys: null, values: null } : kept();
  return b.linear(b.attention(index, queries, keys, values, kind).mixed, part('attn_output'));
}

function besideExperts<V extends LayerValue>(b: LayerBuilder<V>, x: V, index: number): V {
  const part = (name: string) => `blk.${index}.${name}`;
  const dense = b.linear(geluGated(b, b.rmsNorm(x, part('ffn_norm')), index), part('ffn_down'));
  const routed = b.scaled(b.rmsNorm(x, part('ffn_gate_inp'), 'scale'), x.width ** -0.5);
  const chosen = b.experts(b.rmsNorm(x, part('pre_ffw_norm_2')), index, routed);
  return b.add(b.rmsNorm(dense, part('post_ffw_norm_1')), b.rmsNorm(chosen, part('post_ffw_norm_2')));
}

/** What the token's vector for this layer adds, gated by the residual. */
function ofToken<V extends LayerValue>(b: LayerBuilder<V>, x: V, index: number): V {
  const part = (name: string) => `blk.${index}.${name}`;
  const { dimensions, besideWidth: width = 0 } = b.model;
  const rows = [index * width, (index + 1) * width] as const;
  const own = b.scaled(b.ofTokens('beside', index, width), Math.sqrt(width));
  const projected = b.linear(b.ofTokens('entered', 0, dimensions), 'per_layer_model_proj', { rows });
  const both = b.add(b.rmsNorm(b.scaled(projected, dimensions ** -0.5), 'per_layer_proj_norm'), own);
  const gated = b.multiply(b.gelu(b.linear(x, part('inp_gate')), 'tanh'), b.scaled(both, Math.SQRT1_2));
  return b.rmsNorm(b.linear(gated, part('proj')), part('post_norm'));
}
