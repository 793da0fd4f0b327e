import * as l10n from '@vscode/l10n';
import { range } from 'd3-array';
import { bits, degrees, probability, sizeOfH } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import type { Token } from '../../shared/tokens';
import { type TwoPositions, type OfBoth, otherPositionOf, type TwoTexts } from '../../shared/vectors/texts';
import { anglesSaid } from '../journey/twoResiduals';
import { tokenCount } from '../parts/numbers';
import { type Words, words } from '../parts/words';

type Told = Pick<PanelState, 'text' | 'run' | 'texts' | 'position'>;

/** Positions of A and of B above each other; null where a position has none in the other text. */
export type TextColumn = OfBoth<number | null>;

/** All positions of both texts from left to right. */
export function textColumns(pairs: readonly OfBoth[], lengths: OfBoth): readonly TextColumn[] {
  const ends = [[-1, -1] as const, ...pairs];
  return ends.flatMap(([a, b], at): readonly TextColumn[] => {
    const [nextA, nextB] = pairs[at] ?? lengths;
    return [
      ...(at === 0 ? [] : [[a, b] as const]),
      ...range(a + 1, nextA).map((alone) => [alone, null] as const),
      ...range(b + 1, nextB).map((alone) => [null, alone] as const),
    ];
  });
}

/** The columns of an inspection, with the tokens of both texts. Null while the other text has not run. */
export function alignedTexts({ text, run, texts }: Told) {
  if (!text || !run || !texts?.result) return null;
  const { result } = texts;
  const tokens: OfBoth<readonly Token[]> = [text.tokens, result.tokens];
  const columns = textColumns(result.pairs, [
    Math.min(text.tokens.length, run.length),
    Math.min(result.tokens.length, result.run.length),
  ]);
  const isEqual = ([a, b]: TextColumn): boolean => a !== null && b !== null && tokens[0][a]?.id === tokens[1][b]?.id;
  return { result, tokens, columns, isEqual };
}

export const partnerOf = ({ pairs }: Pick<TwoTexts, 'pairs'>, position: number | null, of: 0 | 1): number | null =>
  pairs.find((pair) => pair[of] === position)?.[1 - of] ?? null;

/** The chosen position of each text, and their pair if they correspond. */
export function chosenPlaces({ texts, position }: Told) {
  if (!texts?.result || position === null) return null;
  const { result } = texts;
  const other = otherPositionOf(result, texts.position, position);
  const pair = result.pairs.findIndex(([a, b]) => a === position && b === other);
  return { at: [position, other] as const, pair: pair < 0 ? null : pair };
}

/** Both texts have the same tokens up to the chosen positions. */
export function isSameSoFar(told: Told): boolean {
  const places = chosenPlaces(told);
  const aligned = alignedTexts(told);
  if (!places || !aligned) return false;
  const idsUpTo = (of: 0 | 1): string => String(aligned.tokens[of].slice(0, places.at[of] + 1).map(({ id }) => id));
  return idsUpTo(0) === idsUpTo(1);
}

/** The tokens that A and B predict first. */
export function firstsOf({ likeliest, tokens }: TwoPositions) {
  const [a, b] = likeliest.map((id) => tokens.find(({ token }) => token.id === id));
  return a && b ? ([a, b] as const) : null;
}

function differenceWords({ tokens, columns, isEqual }: NonNullable<ReturnType<typeof alignedTexts>>): Words {
  const differing = columns.filter((column) => !isEqual(column));
  const [first] = differing;
  const having = (of: 0 | 1): number => differing.filter((column: TextColumn) => column[of] !== null).length;
  if (!first) return [l10n.t('The two texts have the same tokens')];
  const [a, b] = [tokens[0][first[0] ?? -1], tokens[1][first[1] ?? -1]];
  return a && b && differing.length === 1
    ? words(l10n.t('The two texts differ in one token, {0} and {1}'), a, b)
    : [l10n.t('Where the two texts differ, A has {0} and B {1}', tokenCount(having(0)), tokenCount(having(1)))];
}

/** Where the two texts differ, and what each predicts after the chosen positions. */
export function textsFinding(state: PanelState): Words {
  const aligned = alignedTexts(state);
  if (!aligned) return [];
  const differ = differenceWords(aligned);
  const next = state.texts?.next;
  const firsts = next && firstsOf(next);
  const after = next && [aligned.tokens[0][next.position], aligned.tokens[1][next.otherPosition]];
  if (!firsts || !after?.[0] || !after[1]) return differ;
  return words(
    l10n.t('{0}. After {1} A predicts {2}, after {3} B predicts {4}. The two h are {5} apart'),
    ...[differ, after[0], firsts[0].token, after[1], firsts[1].token, degrees(next.angle)],
  );
}

/** What each text makes of the other’s first token. */
export function nextFinding({ texts }: PanelState): Words {
  const next = texts?.next;
  const firsts = next && firstsOf(next);
  if (!next || !firsts) return [];
  const [a, b] = firsts;
  const said = (of: typeof a): Words =>
    words(l10n.t('{0} has {1} in A and {2} in B'), of.token, ...of.probabilities.map(probability));
  return words(
    l10n.t(
      '{0}. The predictions are {1} bits apart (KL divergence). h has size {2} in A and {3} in B, with {4} between the two',
    ),
    a === b ? said(a) : words(l10n.t('{0}, {1}'), said(a), said(b)),
    bits(next.divergence),
    ...next.hiddenSize.map(sizeOfH),
    degrees(next.angle),
  );
}

export function layersFinding(state: PanelState): Words {
  const places = chosenPlaces(state);
  const result = state.texts?.result;
  if (!result || !places || places.pair === null) return [];
  const { pair } = places;
  const angles = Float64Array.from(result.angles, (row) => row[pair] ?? NaN);
  // The section says below that the residuals are the same.
  return angles.every((angle) => angle === 0) ? [] : [anglesSaid(angles)];
}
