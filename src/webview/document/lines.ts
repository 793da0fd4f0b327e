import { greatest, range } from 'd3-array';
import { lineSum } from '../../shared/document/sums';
import type { DocumentView } from '../../shared/document/view';
import { perplexityOf, type SurprisalSum } from '../../shared/surprisalSum';
import type { Range } from '../../shared/tokens';
import type { Actions } from '../actions';

export interface DocumentProps {
  readonly document: DocumentView;
  readonly act: Actions;
}

export interface LinesProps extends DocumentProps {
  /** The lines with known tokens. */
  readonly lines: readonly MeasuredLine[];
}

/** In a line of fewer known tokens one surprise makes the average. */
export const fewestTokens = 5;

/** A line that has tokens whose surprisal is known. */
export interface MeasuredLine extends Pick<SurprisalSum, 'tokens' | 'bits' | 'mean' | 'bitsPerCharacter'>, Range {
  /** From 0. */
  readonly line: number;
  readonly perplexity: number | null;
  /** Its bits minus those that its tokens would have at the mean of the document. */
  readonly above: number;
  /** How the line begins. */
  readonly text: string;
  readonly isShort: boolean;
}

type Measured = Pick<DocumentView, 'lines' | 'total'>;

function measuredLine({ lines, total }: Measured, beginnings: readonly string[], line: number): MeasuredLine {
  const sum = lineSum(lines, line);
  return {
    line,
    tokens: sum.tokens,
    bits: sum.bits,
    mean: sum.mean,
    bitsPerCharacter: sum.bitsPerCharacter,
    perplexity: perplexityOf(sum),
    above: sum.bits - sum.tokens * (total.mean ?? 0),
    text: beginnings[line] ?? '',
    isShort: sum.tokens < fewestTokens,
    start: lines.starts[line] as number,
    end: lines.starts[line + 1] as number,
  };
}

/** The lines with known tokens, in the order of the document. */
export const measuredLines = (document: Measured, beginnings: readonly string[] = []): readonly MeasuredLine[] =>
  range(document.lines.tokens.length)
    .filter((line) => (document.lines.tokens[line] as number) > 0)
    .map((line) => measuredLine(document, beginnings, line));

type ByLine = (a: MeasuredLine, b: MeasuredLine) => number;

/** Short lines come after all others where a number is a mean of their tokens. */
const byMean =
  (mean: (line: MeasuredLine) => number | null): ByLine =>
  (a, b) =>
    Number(a.isShort) - Number(b.isShort) || (mean(b) ?? 0) - (mean(a) ?? 0);

/** By bits a character, the most first. */
export const byBits = byMean(({ bitsPerCharacter }) => bitsPerCharacter);

/** The ways to rank lines, the largest number first; by perplexity and by bits a token the order is the same. */
export const ranks = {
  above: (a, b) => b.above - a.above,
  bits: (a, b) => b.bits - a.bits,
  perplexity: byMean(({ mean }) => mean),
} as const satisfies Readonly<Record<string, ByLine>>;

/** The line that stands out most; null if all are short. */
export const standsOut = (lines: readonly MeasuredLine[]): MeasuredLine | null =>
  greatest(
    lines.filter(({ isShort }) => !isShort),
    (a, b) => ranks.above(b, a),
  ) ?? null;

/** The lines that share a bar of the picture: of `from` up to before `to`, the worst. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  /** null where none is known. */
  readonly worst: MeasuredLine | null;
}

/** All of so many lines in at most `most` bins of equal length. */
export function binned(measured: readonly MeasuredLine[], lines: number, most: number): readonly Bin[] {
  const each = Math.ceil(lines / Math.max(1, most));
  const worst: (MeasuredLine | undefined)[] = [];
  for (const one of measured) {
    const bin = Math.floor(one.line / each);
    const before = worst[bin];
    if (!before || byBits(one, before) < 0) worst[bin] = one;
  }
  return range(Math.ceil(lines / each)).map((bin) => ({
    from: bin * each,
    to: Math.min(lines, (bin + 1) * each),
    worst: worst[bin] ?? null,
  }));
}
