import { bisectRight } from 'd3-array';
import { summed, sumOf, type MeasuredToken, type SurprisalSum } from '../surprisalSum';
import type { MeasuredDocument } from './document';
import type { DocumentLines, SurprisingToken } from './view';

/** Tokens that are listed as the most surprising. */
const listed = 50;
/** Characters around such a token. UTF-16 units. */
const around = 24;

/** Offsets at which the lines of a text begin. They end as in the editor: LF, CRLF or CR. */
export function lineStarts(text: string): Uint32Array {
  const starts = [0];
  for (const { index, 0: ending } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + ending.length);
  return Uint32Array.from(starts);
}

/** Sums of a document's surprisal, which grow with what is measured: each token is added once. */
export class DocumentSums {
  readonly #starts: Uint32Array;
  readonly #lines: DocumentLines;
  #surprising: readonly SurprisingToken[] = [];
  #taken = 0;
  #finished = 0;
  #total = { tokens: 0, bits: 0, characters: 0 };

  constructor(private readonly text: string) {
    this.#starts = lineStarts(text);
    const lines = this.#starts.length;
    this.#lines = {
      starts: Uint32Array.from([...this.#starts, text.length]),
      tokens: new Uint32Array(lines),
      bits: new Float64Array(lines),
      characters: new Uint32Array(lines),
    };
  }

  /** Of one line, from 0. */
  lineSum(line: number): SurprisalSum {
    const { tokens, bits, characters } = this.#lines;
    return sumOf({
      tokens: tokens[line] as number,
      bits: bits[line] as number,
      characters: characters[line] as number,
    });
  }

  /** How many lines, from the first on, have all of their tokens measured. */
  get finished(): number {
    return this.#finished;
  }

  /** The same arrays every time. A token belongs to the line in which it begins. */
  get lines(): DocumentLines {
    return this.#lines;
  }

  get total(): SurprisalSum {
    return sumOf(this.#total);
  }

  /** The largest surprisals, the largest first. */
  get surprising(): readonly SurprisingToken[] {
    return this.#surprising;
  }

  /** Where a line begins. UTF-16 offsets. */
  startOf(line: number): number {
    return this.#starts[line] as number;
  }

  /** The number of the line, from 0, in which an offset lies. */
  lineAt(offset: number): number {
    return bisectRight(this.#starts, offset) - 1;
  }

  /** Adds what was measured since. */
  take(document: MeasuredDocument): void {
    const { tokens, surprisal, expected, measured } = document;
    const added: SurprisingToken[] = [];
    const least = this.#surprising.length < listed ? -Infinity : (this.#surprising.at(-1)?.surprisal ?? -Infinity);
    for (let i = this.#taken; i < measured; i++) {
      const [start, end] = [tokens.starts[i] as number, tokens.ends[i] as number];
      const line = this.lineAt(start);
      this.#finished = line;
      const bits = surprisal[i] as number;
      if (Number.isNaN(bits)) continue;
      this.#add(line, summed(this.text, [this.#unshared(document, i)]));
      if (bits > least && end > start) added.push(this.#surprisingAt(start, end, line, bits, expected[i] ?? []));
    }
    this.#taken = Math.max(this.#taken, measured);
    if (measured === tokens.ids.length) this.#finished = this.#starts.length;
    if (added.length === 0) return;
    this.#surprising = [...this.#surprising, ...added].sort((a, b) => b.surprisal - a.surprisal).slice(0, listed);
  }

  /** A token without the characters that it shares with the one before. */
  #unshared({ tokens: { starts, ends }, surprisal }: MeasuredDocument, i: number): MeasuredToken {
    const end = ends[i] as number;
    const start = Math.min(end, Math.max(starts[i] as number, i === 0 ? 0 : (ends[i - 1] as number)));
    return { start, end, surprisal: surprisal[i] as number };
  }

  #add(line: number, { tokens, bits, characters }: SurprisalSum): void {
    for (const name of ['tokens', 'bits', 'characters'] as const) {
      const more = { tokens, bits, characters }[name];
      this.#total[name] += more;
      this.#lines[name][line] = (this.#lines[name][line] as number) + more;
    }
  }

  #surprisingAt(
    start: number,
    end: number,
    line: number,
    surprisal: number,
    expected: SurprisingToken['expected'],
  ): SurprisingToken {
    const from = this.#starts[line] as number;
    const to = this.#starts[line + 1] ?? this.text.length;
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
