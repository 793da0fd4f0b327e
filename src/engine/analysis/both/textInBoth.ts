import { bothOf, type Both, type PositionInBoth, type TextInBoth, type TextInBothRequest } from '../../../shared/both';
import type { Control, Progress } from '../../../shared/engine';
import type { Model } from '../../model/model';
import { checkCount } from '../limits';
import { tokenise, type Tokenised } from '../tokenise';
import { otherTokens, surprisalsOf } from './otherTokens';
import { describePosition } from './positionInBoth';
import { keptText, runOneText, type RanText } from './ranText';
import { sameTokens } from './sameTokens';

/** A text as both models cut it. */
type Cuts = Both<Tokenised>;

export function cutsOf(models: Both<Model>, request: TextInBothRequest): Cuts {
  checkCount(request.count);
  return bothOf((side) => tokenise(models[side], request));
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
  const cuts = cutsOf(models, request);
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
