import { bothOf, charactersOf, type Both, type OtherTokens, type SharedSpan } from '../../../shared/both';
import type { Control } from '../../../shared/engine';
import type { Token } from '../../../shared/tokens';
import { row } from '../../arrays/vectors';
import { rawLogit } from '../../model/logits';
import { pause } from '../../tasks/pause';
import { Logits } from '../divergence';
import { batchesOf, type RanText } from './ranText';
import { averagesOf } from './sums';

/** A text as one model cut it: the tokens that were run, and how many of them are context. */
interface OneCut {
  readonly tokens: readonly Token[];
  readonly contextCount: number;
}

/** −log₂ p of every token under the prediction before it, bits; NaN at the first. */
export async function surprisalsOf(ran: RanText, { signal, onProgress }: Control): Promise<Float64Array> {
  const { model, ids } = ran;
  const { vocabulary } = model.directions.matrix;
  const bits = new Float64Array(ids.length).fill(NaN);
  const room = new Float64Array(vocabulary);
  const { length } = ids;
  for await (const { from, to, products } of batchesOf([ran], length - 1, signal)) {
    for (let position = from; position < to; position++) {
      const hidden = ran.hidden(position);
      const own = row(products[0] as Float32Array, position - from, vocabulary);
      const logit = model.capped(rawLogit(model, hidden, ids[position + 1] as number));
      bits[position + 1] = Math.max(0, new Logits(model, hidden, own, room).sum() - logit) / Math.LN2;
      await pause(signal);
    }
    onProgress?.({ stage: 'predictions', fraction: to / length });
  }
  return bits;
}

/** A text that the models cut differently. `surprisal` has an entry for each token of the cuts. */
export function otherTokens(cuts: Both<OneCut>, surprisal: Both<Float64Array>): OtherTokens {
  const ofText = bothOf((side) => cuts[side].tokens.slice(cuts[side].contextCount));
  const own = bothOf((side) => surprisal[side].slice(cuts[side].contextCount, cuts[side].tokens.length));
  const pieces = piecesOf(ofText, own);
  return {
    kind: 'other',
    tokens: ofText,
    surprisal: own,
    spans: pieces.map(({ span }) => span),
    ...averagesOf(
      bothOf((side) => {
        const places = pieces.flatMap((piece) => piece.places[side]);
        return {
          surprisal: Float64Array.from(places, (place) => own[side][place] as number),
          characters: charactersOf(places.map((place) => ofText[side][place] as Token)),
        };
      }),
    ),
  };
}

/** A piece of the text, and the tokens of both that it is made of. */
interface Piece {
  readonly span: SharedSpan;
  readonly places: Both<readonly number[]>;
}

/** The pieces of the text between offsets at which tokens of both meet, if both models predict all of it. */
export const spansOf = (tokens: Both<readonly Token[]>, surprisal: Both<Float64Array>): SharedSpan[] =>
  piecesOf(tokens, surprisal).map(({ span }) => span);

function piecesOf(tokens: Both<readonly Token[]>, surprisal: Both<Float64Array>): Piece[] {
  const borders = bothOf((side) => bordersOf(tokens[side]));
  const common = [...borders[0]].filter((offset) => borders[1].has(offset)).sort((a, b) => a - b);
  const next = [0, 0];
  return common.slice(1).flatMap((end, i) => {
    const start = common[i] as number;
    const places = bothOf((side) => {
      const inside: number[] = [];
      for (; (tokens[side][next[side] as number]?.end ?? Infinity) <= end; (next[side] as number)++) {
        const place = next[side] as number;
        const token = tokens[side][place] as Token;
        // The first token of some models has no characters, and nothing predicts it.
        const isBeforeText = token.end === token.start && Number.isNaN(surprisal[side][place]);
        if (token.start >= start && !isBeforeText) inside.push(place);
      }
      return inside;
    });
    const bits = bothOf((side) => places[side].reduce((sum, place) => sum + (surprisal[side][place] as number), 0));
    return bits.some(Number.isNaN) ? [] : [{ span: { start, end, surprisal: bits }, places }];
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
