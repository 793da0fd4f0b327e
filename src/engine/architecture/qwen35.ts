import type { RecurrenceSizes } from '../kernels/layerProgram';
import { unreadField } from '../weights/damaged';
import { rmsNormed, type Architecture } from './architecture';
import type { FamilyHeader } from './header';
import type { LayerBuilder, LayerValue } from './layers';
import { gatedLayer } from './llama';
import { rotaryHyperparameters } from './rotary';

/** What the kernels multiply at a time. */
const [keysTogether, valuesTogether] = [4, 16];

/**
 * Qwen 3.5 (Qwen 2026), the text alone: gated delta rules (Yang et al. 2024, arXiv:2412.06464) after a short
 * convolution, and in some layers attention whose heads are gated and turned in part.
 */
export const qwen35: Architecture = {
  ...rmsNormed,
  name: 'qwen35',
  ofFeedForward: ['post_attention_norm'],

  hyperparameters(header) {
    const { layers: all, ...plain } = rotaryHyperparameters(header);
    // The last layers may predict tokens further on, from the text's own.
    const further = header.count('nextn_predict_layers', 0, all - 1);
    const layers = all - further;
    const period = header.width('full_attention_interval', 4);
    const recurs =
      header.flags('attention.recurrent_layers', all) ?? Array.from({ length: all }, (_, i) => (i + 1) % period !== 0);
    if (recurs.slice(0, layers).every((one) => one))
      throw unreadField('qwen35.attention.recurrent_layers', 'true', 'false');
    return {
      ...plain,
      layers,
      ...(further > 0 && { further }),
      mixers: recurs.slice(0, layers).map((one) => (one ? 'recurrence' : 'attention')),
      taps: header.width('ssm.conv_kernel'),
      recurrence: recurrenceOf(header),
    };
  },

  layer: (b, residual, index) =>
    gatedLayer(b, residual, index, {
      ffnNorm: 'post_attention_norm',
      mixer: (x) => (b.model.mixers?.[index] === 'recurrence' ? deltaRule(b, x, index) : gatedAttention(b, x, index)),
    }),
};

function recurrenceOf(header: FamilyHeader): RecurrenceSizes {
  const [heads, keyHeads, keySize] = ['time_step_rank', 'group_count', 'state_size'].map((key) =>
    header.width(`ssm.${key}`),
  ) as [number, number, number];
  const valueSize = header.width('ssm.inner_size') / heads;
  if (keySize % keysTogether !== 0) throw unreadField('qwen35.ssm.state_size', keySize, `${keysTogether}n`);
  if (valueSize % valuesTogether !== 0)
    throw unreadField('qwen35.ssm.inner_size / time_step_rank', valueSize, `${valuesTogether}n`);
  if (heads % keyHeads !== 0) throw unreadField('qwen35.ssm.group_count', keyHeads, `n | ${heads}`);
  return { heads, keyHeads, keySize, valueSize, grouped: header.flag('ssm.grouped', false) };
}

function deltaRule<V extends LayerValue>(b: LayerBuilder<V>, x: V, index: number): { readonly output: V } {
  const part = (name: string) => `blk.${index}.${name}`;
  const mixed = b.silu(b.convolution(index, b.linear(x, part('attn_qkv')), part('ssm_conv1d')));
  const [alpha, beta] = [b.linear(x, part('ssm_alpha')), b.linear(x, part('ssm_beta'))];
  const recalled = b.recurrence(index, mixed, alpha, beta);
  const normed = b.headNorm(recalled, part('ssm_norm'), b.model.recurrence?.heads ?? 1);
  const gated = b.multiply(normed, b.silu(b.linear(x, part('attn_gate'))));
  return { output: b.linear(gated, part('ssm_out')) };
}

function gatedAttention<V extends LayerValue>(b: LayerBuilder<V>, x: V, index: number) {
  const part = (name: string) => `blk.${index}.${name}`;
  const { heads, keyValueHeads, headSize } = b.model;
  // Beside the query of each head stands its gate.
  const both = b.linear(x, part('attn_q'));
  const queries = b.rotary(b.headNorm(b.pick(both, headSize, 0), part('attn_q_norm'), heads), heads);
  const keys = b.rotatedHeads(x, part('attn_k'), keyValueHeads, true);
  const { mixed, ...kept } = b.attention(index, queries, keys, b.linear(x, part('attn_v')));
  return { output: b.linear(b.sigmoidGated(mixed, b.pick(both, headSize, 1)), part('attn_output')), ...kept };
}
