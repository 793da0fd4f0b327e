import { bisectRight } from 'd3-array';
import { codePoints, isLowSurrogate } from '../codePoints';
import { surprisalSumOf, type SurprisalSum } from '../surprisalSum';
import type { MeasuredDocument } from './document';
import type { DocumentLines, SurprisingToken } from './view';

/** Tokens that are listed as the most surprising. */
const listed = 50;
/** Characters around such a token. UTF-16 units. */
const around = 24;
/** Of a line that is listed. UTF-16 units. */
const longestBeginning = 160;

/** Offsets at which the lines of a text begin. They end as in the editor: LF, CRLF or CR. */
export function lineStarts(text: string): Uint32Array {
  const starts = [0];
  for (const { index, 0: ending } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + ending.length);
  return Uint32Array.from(starts);
}

/** What a table shows of each line: its beginning without the white space around it. */
export const lineBeginnings = (text: string, starts: Uint32Array): readonly string[] =>
  Array.from(starts.subarray(0, -1), (start, line) => {
    const end = Math.min(starts[line + 1] as number, start + longestBeginning);
    return text.slice(start, end - Number(isLowSurrogate(text, end))).trim();
  });

/** The sum of one line, from 0. */
export const lineSum = ({ tokens, bits, characters }: DocumentLines, line: number): SurprisalSum =>
  surprisalSumOf({
    tokens: tokens[line] as number,
    bits: bits[line] as number,
    characters: characters[line] as number,
  });

/** Sums of a document's surprisal, which grow with what is measured: each token is added once. */
export class DocumentSums {
  /** The same arrays every time. A token belongs to the line in which it begins. */
  readonly lines: DocumentLines;
  readonly #count: number;
  #surprising: readonly SurprisingToken[] = [];
  #taken = 0;
  #finished = 0;
  #total = { tokens: 0, bits: 0, characters: 0 };

  constructor(private readonly text: string) {
    const starts = lineStarts(text);
    this.#count = starts.length;
    this.lines = {
      starts: Uint32Array.from([...starts, text.length]),
      tokens: new Uint32Array(this.#count),
      bits: new Float64Array(this.#count),
      characters: new Uint32Array(this.#count),
    };
  }

  /** How many lines, from the first on, have all of their tokens measured. */
  get finished(): number {
    return this.#finished;
  }

  get total(): SurprisalSum {
    return surprisalSumOf(this.#total);
  }

  /** The largest surprisals, the largest first. */
  get surprising(): readonly SurprisingToken[] {
    return this.#surprising;
  }

  /** The number of the line, from 0, in which an offset lies. */
  lineAt(offset: number): number {
    return bisectRight(this.lines.starts, offset, 0, this.#count) - 1;
  }

  /** Adds what was measured since. */
  take({ tokens: { ids, starts, ends }, surprisal, expected, measured }: MeasuredDocument): void {
    const added: SurprisingToken[] = [];
    const least = this.#surprising.length < listed ? -Infinity : (this.#surprising.at(-1)?.surprisal ?? -Infinity);
    for (; this.#taken < measured; this.#taken++) {
      const i = this.#taken;
      const start = starts[i] as number;
      const end = ends[i] as number;
      const bits = surprisal[i] as number;
      const line = this.lineAt(start);
      this.#finished = line;
      if (Number.isNaN(bits)) continue;
      // Tokens may share a character, which counts once.
      const covered = i === 0 ? 0 : (ends[i - 1] as number);
      this.#add(line, bits, codePoints(this.text, Math.max(start, covered), end));
      if (bits > least && end > start) added.push(this.#surprisingAt(start, end, line, bits, expected[i] ?? []));
    }
    if (measured === ids.length) this.#finished = this.#count;
    if (added.length === 0) return;
    this.#surprising = [...this.#surprising, ...added].sort((a, b) => b.surprisal - a.surprisal).slice(0, listed);
  }

  #add(line: number, bits: number, characters: number): void {
    const [sums, total] = [this.lines, this.#total];
    sums.tokens[line] = (sums.tokens[line] as number) + 1;
    sums.bits[line] = (sums.bits[line] as number) + bits;
    sums.characters[line] = (sums.characters[line] as number) + characters;
    total.tokens++;
    total.bits += bits;
    total.characters += characters;
  }

  #surprisingAt(
    start: number,
    end: number,
    line: number,
    surprisal: number,
    expected: SurprisingToken['expected'],
  ): SurprisingToken {
    const from = this.lines.starts[line] as number;
    const to = this.lines.starts[line + 1] as number;
    return {
      start,
      end,
      line,
      surprisal,
      expected,
      before: this.text.slice(Math.max(from, start - around), start),
      text: this.text.slice(start, end),
      after: this.text.slice(end, Math.min(to, end + around)).trimEnd(),
    };
  }
}
