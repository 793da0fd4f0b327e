import { rmsNormed, type Architecture } from './architecture';
import type { LayerBuilder, LayerValue } from './layers';
import { gatedLayer } from './llama';
import { rotaryHyperparameters } from './rotary';

/**
 * LFM2 (Liquid AI 2025, arXiv:2511.23404): short convolutions, gated before and after, in place of attention in the
 * layers that have no keys; else as Llama, with normed heads.
 */
export const lfm2: Architecture = {
  ...rmsNormed,
  name: 'lfm2',
  finalNorm: 'token_embd_norm.weight',

  hyperparameters(header) {
    const sizes = header.sizes({ keyless: true });
    return {
      ...rotaryHyperparameters(header, { sizes }),
      mixers: header.keyed(sizes.layers).map((isKeyed) => (isKeyed ? 'attention' : 'convolution')),
      taps: header.width('shortconv.l_cache'),
    };
  },

  layer: (b, residual, index) =>
    gatedLayer(b, residual, index, {
      headNorms: true,
      ...(b.model.mixers?.[index] === 'convolution' && { mixer: (x) => ({ output: shortConvolution(b, x, index) }) }),
    }),
};

function shortConvolution<V extends LayerValue>(b: LayerBuilder<V>, x: V, index: number): V {
  const part = (name: string) => `blk.${index}.shortconv.${name}`;
  const third = (i: number) =>
    b.linear(x, part('in_proj'), { rows: [i * b.model.dimensions, (i + 1) * b.model.dimensions] });
  const convolved = b.convolution(index, b.multiply(third(0), third(2)), part('conv'));
  return b.linear(b.multiply(third(1), convolved), part('out_proj'));
}
