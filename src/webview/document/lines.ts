import { greatest, range } from 'd3-array';
import { lineSum } from '../../shared/document/sums';
import type { DocumentLines } from '../../shared/document/view';
import { perplexityOf, type SurprisalSum } from '../../shared/surprisalSum';

/** In a line of fewer known tokens one surprise makes the average. */
export const fewestTokens = 5;

/** A line that has tokens whose surprisal is known. */
export interface MeasuredLine extends Pick<SurprisalSum, 'tokens' | 'bits' | 'bitsPerCharacter'> {
  /** From 0. */
  readonly line: number;
  readonly perplexity: number | null;
  readonly isShort: boolean;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
}

function measuredLine(lines: DocumentLines, line: number): MeasuredLine {
  const sum = lineSum(lines, line);
  return {
    line,
    tokens: sum.tokens,
    bits: sum.bits,
    bitsPerCharacter: sum.bitsPerCharacter,
    perplexity: perplexityOf(sum),
    isShort: sum.tokens < fewestTokens,
    start: lines.starts[line] as number,
    end: lines.starts[line + 1] as number,
  };
}

/** The lines with known tokens, in the order of the document. */
export const measuredLines = (lines: DocumentLines): readonly MeasuredLine[] =>
  range(lines.tokens.length)
    .filter((line) => (lines.tokens[line] as number) > 0)
    .map((line) => measuredLine(lines, line));

/** The order by bits a character, the most first. Short lines come after all others. */
export const byBits = (a: MeasuredLine, b: MeasuredLine): number =>
  Number(a.isShort) - Number(b.isShort) || (b.bitsPerCharacter ?? 0) - (a.bitsPerCharacter ?? 0);

/** The line with the most bits a character; null if all are short. */
export function mostBits(lines: readonly MeasuredLine[]): MeasuredLine | null {
  const most = greatest(lines, (a, b) => byBits(b, a));
  return most && !most.isShort ? most : null;
}

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
