import { unreadField } from '../weights/damaged';
import { rmsNormed, type Architecture, type LayerOutput } from './architecture';
import type { RotaryPositions } from './hyperparameters';
import type { HeadNorms, LayerBuilder, LayerValue } from './layers';
import { rotaryOf } from './rotary';

/** Divisors of the rotary frequencies, scaled as in Llama 3. */
export const rotaryDivisors = 'rope_freqs.weight';

/**
 * Llama and its relatives (Touvron et al. 2023, arXiv:2307.09288): pre-norm with RMSNorm, rotary positions,
 * grouped-query attention, a gated feed-forward with SiLU. Mistral 0.1 (Jiang et al. 2023, arXiv:2310.06825) has a
 * sliding window in every layer. GGUF files of this family interleave the two halves of each head in q and k. A folder
 * does not, which its key says.
 */
export const llama: Architecture = {
  ...rmsNormed,
  name: 'llama',
  outside: [rotaryDivisors],

  hyperparameters(header) {
    const sizes = header.sizes();
    const rotary = rotaryOf(header, sizes.headSize, {
      interleaved: header.flag('rope.interleaved', true),
      divisors: rotaryDivisors,
    });
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      // Llama 3 has a tensor of divisors of its frequencies and no keys for scaling.
      attention: [{ window: header.window('attention.sliding_window', 0), rotary: whole(rotary, sizes.headSize) }],
    };
  },

  layer: gatedLayer,
};

/** What differs from the layer of Llama in a relative's. */
export interface Relative<V> {
  /** Whether heads of queries and keys are normed, each or together. */
  readonly headNorms?: HeadNorms;
  /** Index of the layer's kind of attention. */
  readonly kind?: number;
  /** That of the queries, if they turn otherwise than the keys. */
  readonly queryKind?: number;
  /** Where attention and feed-forward are normed: what they read, what they give, or both. */
  readonly norms?: 'before' | 'after' | 'around';
  /** The norm of what the feed-forward part reads. */
  readonly ffnNorm?: string;
  /** The neurons, gate and all, of what the feed-forward part reads. */
  readonly neurons?: (x: V) => V;
  /** What stands in the place of this feed-forward part, of the residual that is not normed. */
  readonly feed?: (x: V) => V;
  /** What stands in the place of this attention, with its output product. */
  readonly mixer?: (x: V) => { readonly output: V; readonly keys?: V; readonly values?: V };
  /** What the feed-forward part adds beside its neurons, of the residual after them. */
  readonly beside?: (x: V) => V;
  /** What becomes of the residual after the layer. */
  readonly last?: (x: V) => V;
}

/** The layer of Llama and its relatives, with a mixture of experts where the model has one. */
export function gatedLayer<V extends LayerValue>(
  b: LayerBuilder<V>,
  residual: V,
  index: number,
  {
    headNorms = false,
    kind = 0,
    queryKind = kind,
    norms = 'before',
    ffnNorm = 'ffn_norm',
    neurons,
    feed,
    mixer,
    beside,
    last,
  }: Relative<V> = {},
): LayerOutput<V> {
  const part = (name: string) => `blk.${index}.${name}`;
  const { heads, keyValueHeads, residualScale } = b.model;
  const before = (x: V, name: string) => (norms === 'after' ? x : b.rmsNorm(x, part(name)));
  const after = (x: V, name: string) => (norms === 'before' ? b.scaled(x, residualScale) : b.rmsNorm(x, part(name)));
  const siluGated = (x: V) => b.multiply(b.silu(b.linear(x, part('ffn_gate'))), b.linear(x, part('ffn_up')));

  const x = before(residual, 'attn_norm');
  const attended = () => {
    const queries = b.rotatedHeads(x, part('attn_q'), heads, headNorms, queryKind);
    const keys = b.rotatedHeads(x, part('attn_k'), keyValueHeads, headNorms, kind);
    const { mixed, ...kept } = b.attention(index, queries, keys, b.linear(x, part('attn_v')), kind);
    return { output: b.linear(mixed, part('attn_output')), ...kept };
  };
  const { output, ...kept } = mixer ? mixer(x) : attended();
  const attention = after(output, 'post_attention_norm');
  const middle = b.add(residual, attention);

  const fed = () => {
    const y = before(middle, ffnNorm);
    return b.model.experts ? b.experts(y, index) : b.linear((neurons ?? siluGated)(y), part('ffn_down'));
  };
  const whole = feed ? feed(middle) : fed();
  const fromNeurons = after(whole, 'post_ffw_norm');
  const feedForward = beside ? b.add(fromNeurons, beside(b.add(middle, fromNeurons))) : fromNeurons;
  const sum = b.add(middle, feedForward);
  return { residual: last?.(sum) ?? sum, attention, feedForward, fromNeurons, ...kept };
}

/** Throws if only a part of each head is rotated: the interleaved order of the rows would be unknown. */
function whole(rotary: RotaryPositions, headSize: number): RotaryPositions {
  const rotated = 2 * rotary.frequencies.length;
  if (rotated === headSize) return rotary;
  throw unreadField('rope.dimension_count', rotated, headSize);
}
