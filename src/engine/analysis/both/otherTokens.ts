import { bothOf, type Both, type OtherTokens, type Span } from '../../../shared/both';
import type { Control } from '../../../shared/engine';
import type { Token } from '../../../shared/tokens';
import { row } from '../../arrays/vectors';
import { termsOf } from '../../directions/softmax';
import { capped, rawLogit, rawLogits } from '../../model/logits';
import { pause } from '../../tasks/pause';
import { positionsTogether, type RanText } from './ranText';
import { charactersOf } from './sameTokens';
import { averagesOf } from './sums';

/** A text as one model cut it: the tokens that were run, and how many of them are context. */
export interface OneCut {
  readonly tokens: readonly Token[];
  readonly contextCount: number;
}

/**
 * −log₂ p of every token under the prediction before it, bits; NaN at the first. The logit of the token is computed in
 * float64, the others in float32.
 */
export async function surprisalsOf(ran: RanText, { signal, onProgress }: Control): Promise<Float64Array> {
  const { model, ids } = ran;
  const { vocabulary } = model.directions.matrix;
  const bits = new Float64Array(ids.length).fill(NaN);
  for (let from = 0; from < ids.length - 1; from += positionsTogether(vocabulary)) {
    const to = Math.min(ids.length - 1, from + positionsTogether(vocabulary));
    const products = await ran.products(from, to, signal);
    for (let position = from; position < to; position++) {
      const next = ids[position + 1] as number;
      const logits = capped(model, rawLogits(model, row(products, position - from, vocabulary)));
      const { greatest, sum } = termsOf(logits);
      const logit = model.capped(rawLogit(model, ran.hidden(position), next));
      bits[position + 1] = Math.max(0, greatest + Math.log(sum) - logit) / Math.LN2;
      await pause(signal);
    }
    onProgress?.({ stage: 'predictions', fraction: to / ids.length });
  }
  return bits;
}

/** A text that the models cut differently. `surprisal` has an entry for each token of the cuts. */
export function otherTokens(cuts: Both<OneCut>, surprisal: Both<Float64Array>): OtherTokens {
  const ofText = bothOf((side) => cuts[side].tokens.slice(cuts[side].contextCount));
  const own = bothOf((side) => surprisal[side].slice(cuts[side].contextCount, cuts[side].tokens.length));
  const spans = spansOf(ofText, own);
  // What one of the two leaves unpredicted at the beginning, or has not run, counts for neither.
  const isIn = ({ start, end }: Token) => spans.some((span) => start >= span.start && end <= span.end && end > start);
  return {
    kind: 'other',
    tokens: ofText,
    surprisal: own,
    spans,
    ...averagesOf(
      bothOf((side) => {
        const places = Array.from(ofText[side].keys()).filter((place) => isIn(ofText[side][place] as Token));
        return {
          surprisal: places.map((place) => own[side][place] as number),
          characters: charactersOf(places.map((place) => ofText[side][place] as Token)),
        };
      }),
    ),
  };
}

/** The pieces of the text between offsets at which tokens of both meet, whose tokens both models predict. */
export function spansOf(tokens: Both<readonly Token[]>, surprisal: Both<Float64Array>): Span[] {
  const borders = bothOf((side) => bordersOf(tokens[side]));
  const common = [...borders[0]].filter((offset) => borders[1].has(offset)).sort((a, b) => a - b);
  return common.slice(1).flatMap((end, i) => {
    const start = common[i] as number;
    const bits = bothOf((side) =>
      tokens[side].reduce(
        (sum, token, place) =>
          token.end > token.start && token.start >= start && token.end <= end
            ? sum + (surprisal[side][place] as number)
            : sum,
        0,
      ),
    );
    return bits.some(Number.isNaN) ? [] : [{ start, end, surprisal: bits }];
  });
}

/** The offsets at which one token ends and no other goes on. */
function bordersOf(tokens: readonly Token[]): ReadonlySet<number> {
  const borders = new Set<number>();
  let last = -Infinity;
  for (const { start, end } of tokens) {
    if (start < last) borders.delete(last);
    if (start >= last) borders.add(start);
    last = Math.max(last, end);
    borders.add(last);
  }
  return borders;
}
