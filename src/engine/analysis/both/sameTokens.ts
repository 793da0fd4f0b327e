import { bothOf, charactersOf, type Both, type SameTokens } from '../../../shared/both';
import type { Control } from '../../../shared/engine';
import type { Token } from '../../../shared/tokens';
import { angle, norm, row } from '../../arrays/vectors';
import { pause } from '../../tasks/pause';
import { Predictions } from './predictions';
import { batchesOf, type RanText } from './ranText';
import { averagesOf, sumsInBoth } from './sums';

/** A text as both models cut it. */
interface SameCut {
  /** The tokens that were run, with their places in the text, and how many of them are context. */
  readonly tokens: readonly Token[];
  readonly contextCount: number;
}

/** Logits between two pauses. A million take some 50 milliseconds. */
const logitsBetweenPauses = 2 ** 19;

/**
 * One text that both models cut into the same ids, at as many positions as both texts have. `visit` is told the
 * products and predictions of each position while they are there.
 */
export async function sameTokens(
  texts: Both<RanText>,
  { tokens, contextCount }: SameCut,
  { signal, onProgress }: Control,
  visit?: (position: number, products: Both<Float32Array>, predictions: Predictions) => Promise<void>,
): Promise<SameTokens> {
  const length = Math.min(texts[0].ids.length, texts[1].ids.length);
  const models = bothOf((side) => texts[side].model);
  const { vocabulary, dimensions } = models[0].directions.matrix;
  const isAsWide = models[1].directions.matrix.dimensions === dimensions;
  const numbers = () => new Float64Array(length).fill(NaN);
  const [divergence, surprisal, hiddenSize] = [bothOf(numbers), bothOf(numbers), bothOf(numbers)];
  const [change, hiddenAngle] = [numbers(), numbers()];
  const first: SameTokens['first'][number][] = [];
  const room = bothOf(() => new Float64Array(vocabulary));

  for await (const { from, to, products } of batchesOf(texts, length, signal))
    for (let position = from; position < to; position++) {
      const hidden = bothOf((side) => texts[side].hidden(position));
      const own = bothOf((side) => row(products[side] as Float32Array, position - from, vocabulary));
      const predictions = new Predictions(models, hidden, own, room);
      const next = position + 1 < length ? tokens[position + 1]?.id : undefined;
      const logs = next === undefined ? null : bothOf((side) => predictions.logProbability(side, next));
      for (const side of [0, 1] as const) {
        divergence[side][position] = predictions.divergence[side];
        hiddenSize[side][position] = norm(hidden[side]);
        if (logs) surprisal[side][position + 1] = Math.abs(logs[side]) / Math.LN2;
      }
      if (logs) change[position] = Math.exp(logs[1]) - Math.exp(logs[0]);
      if (isAsWide) hiddenAngle[position] = angle(...hidden);
      first.push(
        bothOf((side) => {
          const { id, probability } = predictions.first(side);
          return { token: models[side].vocabulary.token(id), probability };
        }),
      );
      await visit?.(position, own, predictions);
      if (position + 1 < length && (position + 1) % Math.ceil(logitsBetweenPauses / vocabulary) > 0) continue;
      onProgress?.({ stage: 'predictions', fraction: (position + 1) / length });
      await pause(signal);
    }

  const predicted = tokens.slice(0, length).filter(({ index }) => index > 0 && index >= contextCount);
  const characters = charactersOf(predicted);
  const found = { divergence, change, first };
  return {
    kind: 'same',
    length,
    leftOut: tokens.length - length,
    ...found,
    surprisal,
    hiddenSize,
    hiddenAngle: isAsWide ? hiddenAngle : null,
    ...averagesOf(
      bothOf((side) => ({
        surprisal: Float64Array.from(predicted, ({ index }) => surprisal[side][index] as number),
        characters,
      })),
    ),
    sums: sumsInBoth(
      found,
      predicted.map(({ index }) => index),
    ),
  };
}
