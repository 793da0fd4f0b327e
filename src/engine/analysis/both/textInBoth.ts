import {
  bothOf,
  type Both,
  type PositionInBoth,
  type TextInBoth,
  type TextInBothRequest,
  charactersOf,
  type SameTokens,
} from '../../../shared/both';
import type { Control, Progress } from '../../../shared/engine';
import type { Token } from '../../../shared/tokens';
import { angle, norm, row } from '../../arrays/vectors';
import type { Model } from '../../model/model';
import { pause } from '../../tasks/pause';
import { checkCount } from '../limits';
import { tokenise, type Tokenised } from '../tokenise';
import { otherTokens, surprisalsOf } from './otherTokens';
import { describePosition } from './positionInBoth';
import { Predictions } from './predictions';
import { keptText, runOneText, type PredictedText, type RanText, batchesOf } from './ranText';
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
 * products and predictions of each position while they are there. `room`: for logits, V each.
 */
export async function sameTokens(
  texts: Both<PredictedText>,
  { tokens, contextCount }: SameCut,
  { signal, onProgress }: Control,
  visit?: (position: number, products: Both<Float32Array>, predictions: Predictions) => Promise<void>,
  room: Both<Float64Array> = bothOf((side) => new Float64Array(texts[side].model.directions.matrix.vocabulary)),
): Promise<SameTokens> {
  const length = Math.min(texts[0].ids.length, texts[1].ids.length);
  const models = bothOf((side) => texts[side].model);
  const { vocabulary, dimensions } = models[0].directions.matrix;
  const isAsWide = models[1].directions.matrix.dimensions === dimensions;
  const numbers = () => new Float64Array(length).fill(NaN);
  const [divergence, surprisal, hiddenSize] = [bothOf(numbers), bothOf(numbers), bothOf(numbers)];
  const [change, hiddenAngle] = [numbers(), numbers()];
  const first: SameTokens['first'][number][] = [];

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

/** A text as both models cut it. */
type Cuts = Both<Tokenised>;

/** Tokens in place of a cut are those of A. B cuts their text by itself if its vocabulary is another. */
export function cutsOf(models: Both<Model>, request: TextInBothRequest, sameVocabulary: boolean): Cuts {
  checkCount(request.count);
  const { appended: _, ...text } = request;
  return [tokenise(models[0], request), tokenise(models[1], sameVocabulary ? request : text)];
}

const idsOf = ({ ids, length }: Tokenised): readonly number[] => ids.slice(0, length);

/** Whether both run the same ids, as far as the one goes that reads fewer. */
function areSame([a, b]: Both<Tokenised>): boolean {
  const length = Math.min(a.length, b.length);
  return (
    a.tokenisation.contextCount === b.tokenisation.contextCount &&
    a.ids.length === b.ids.length &&
    a.ids.slice(0, length).every((id, i) => id === b.ids[i])
  );
}

/** Shares of a comparison that the runs of A and of B take. */
const runShares = [0.3, 0.6] as const;

/** Both models are in memory. Positions are asked for later. */
export async function textInBoth(
  models: Both<Model>,
  request: TextInBothRequest,
  sameVocabulary: boolean,
  control: Control,
): Promise<TextInBoth> {
  const cuts = cutsOf(models, request, sameVocabulary);
  const a = await ranOf(models[0], cuts[0], within(control, 0, runShares[0]));
  const b = await ranOf(models[1], cuts[1], within(control, ...runShares));
  return compared([a, b], cuts, sameVocabulary, within(control, runShares[1], 1));
}

const ranOf = (model: Model, cut: Tokenised, { signal, onProgress }: Control): Promise<RanText> =>
  runOneText(model, idsOf(cut), { signal, onFraction: (fraction) => onProgress?.({ stage: 'run', fraction }) });

/** What the first of two models that run in turn leaves for the second, in at most so many bytes. */
export async function keptOf(model: Model, cut: Tokenised, most: number, control: Control): Promise<RanText> {
  const ran = await ranOf(model, cut, control);
  return keptText(ran, most, control.signal);
}

/** Entries of the lists at each position that are kept of models that run in turn. */
const mostInTurn = 100;

/** The second of two models that run in turn: it answers in advance what is asked of positions later. */
export async function textInTurn(
  kept: RanText,
  other: Model,
  cuts: Cuts,
  { count, sameVocabulary }: { readonly count: number; readonly sameVocabulary: boolean },
  control: Control,
): Promise<{ readonly text: TextInBoth; readonly positions: readonly PositionInBoth[] }> {
  const texts = [kept, await ranOf(other, cuts[1], within(control, 0, 0.5))] as const;
  const positions: PositionInBoth[] = [];
  const question = (position: number) => ({ position, count: Math.min(count, mostInTurn) });
  const text = await compared(
    texts,
    cuts,
    sameVocabulary,
    within(control, 0.5, 1),
    async (position, products, predictions) =>
      void positions.push(await describePosition(texts, question(position), products, predictions, control.signal)),
  );
  return { text, positions };
}

async function compared(
  texts: Both<RanText>,
  cuts: Cuts,
  sameVocabulary: boolean,
  control: Control,
  visit?: Parameters<typeof sameTokens>[3],
): Promise<TextInBoth> {
  if (sameVocabulary && areSame(cuts)) {
    const { tokenisation } = cuts[0];
    const run = Math.min(cuts[0].length, cuts[1].length);
    return sameTokens(texts, { ...tokenisation, tokens: tokenisation.tokens.slice(0, run) }, control, visit);
  }
  const surprisal = [
    await surprisalsOf(texts[0], within(control, 0, 0.5)),
    await surprisalsOf(texts[1], within(control, 0.5, 1)),
  ] as const;
  const ran = bothOf((side) => {
    const { tokens, contextCount } = cuts[side].tokenisation;
    return { contextCount, tokens: tokens.slice(0, texts[side].ids.length) };
  });
  return otherTokens(ran, surprisal);
}

/** The same control, whose progress goes from one fraction of the whole to another. */
export const within = ({ signal, onProgress }: Control, from: number, to: number): Control => ({
  ...(signal && { signal }),
  onProgress: (progress: Progress) => onProgress?.({ ...progress, fraction: from + progress.fraction * (to - from) }),
});
