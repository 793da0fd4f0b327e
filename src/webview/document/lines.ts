import { greatest, range } from 'd3-array';
import type { DocumentLines } from '../../shared/document/view';

/** In a line of fewer known tokens one surprise makes the average. */
export const fewestTokens = 5;

/** One line, from 0, that has tokens whose surprisal is known. */
export interface MeasuredLine {
  readonly line: number;
  readonly tokens: number;
  readonly bits: number;
  /** null where the line's tokens share their characters with those before. */
  readonly bitsPerCharacter: number | null;
  readonly perplexity: number;
  readonly isShort: boolean;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
}

/** The perplexity of tokens with so many bits on average. */
export const perplexityOf = (mean: number): number => 2 ** mean;

function measuredLine({ tokens, bits, characters, starts }: DocumentLines, line: number): MeasuredLine {
  const [many, sum, long] = [tokens[line] as number, bits[line] as number, characters[line] as number];
  return {
    line,
    tokens: many,
    bits: sum,
    bitsPerCharacter: long === 0 ? null : sum / long,
    perplexity: perplexityOf(sum / many),
    isShort: many < fewestTokens,
    start: starts[line] as number,
    end: starts[line + 1] as number,
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
