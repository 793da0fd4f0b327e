import { rmsNormed, type Architecture, type LayerOutput } from './architecture';
import type { FamilyHeader, TrunkSizes } from './header';
import type { LayerBuilder, LayerValue } from './layers';
import { gatedLayer, type Relative } from './llama';
import { rotaryOf } from './rotary';

/**
 * Gemma 2 (2024, arXiv:2408.00118): a norm before and after each part, a sliding window in every other layer, caps on
 * scores and logits, embedding rows scaled by √d. Files store the norms' gains with the published model's 1 added.
 */
export const gemma2: Architecture = {
  ...rmsNormed,
  name: 'gemma2',

  hyperparameters(header) {
    const sizes = header.sizes();
    const rotary = rotaryOf(header, sizes.headSize);
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      // Older files omit the window and the caps, which are the same in all published models.
      attention: [
        { window: header.window('attention.sliding_window', 4096), rotary },
        { window: Infinity, rotary },
      ],
      scoreScale: scoreScale(header, sizes, 46),
      scoreCap: header.factor('attn_logit_softcapping', 50),
      logitCap: header.factor('final_logit_softcapping', 30),
      embeddingScale: Math.sqrt(sizes.dimensions),
    };
  },

  layer: (b, residual, index) => gemmaLayer(b, residual, index, { kind: index % 2 }),
};

/** The factor of the scores. The 27B model alone scales by its width, which no key of a GGUF file says. */
export const scoreScale = (header: FamilyHeader, sizes: TrunkSizes, layersOf27B: number): number =>
  header.factor(
    'attention.scale',
    1 / Math.sqrt(sizes.layers === layersOf27B ? sizes.dimensions / sizes.heads : sizes.headSize),
  );

/** The layer of Gemma 2 to 4. */
export function gemmaLayer<V extends LayerValue>(
  b: LayerBuilder<V>,
  residual: V,
  index: number,
  own: Relative<V>,
): LayerOutput<V> {
  return gatedLayer(b, residual, index, { norms: 'around', neurons: (x) => geluGated(b, x, index), ...own });
}

export function geluGated<V extends LayerValue>(b: LayerBuilder<V>, x: V, index: number): V {
  const of = (name: string) => b.linear(x, `blk.${index}.${name}`);
  return b.multiply(b.gelu(of('ffn_gate'), 'tanh'), of('ffn_up'));
}
