import { bisectRight } from 'd3-array';
import type { DocumentTokens, MeasuredDocument } from '../../shared/document/document';
import type { DocumentSums } from '../../shared/document/sums';
import type { DocumentLines, DocumentView } from '../../shared/document/view';
import { summed } from '../../shared/surprisalSum';
import type { Range } from '../../shared/tokens';
import type { DocumentSource } from './keptDocument';
import type { Edit } from './subject';

/** Where the tokens of a document stand after edits. UTF-16 offsets; both lists ascend. */
export class TokenPlaces {
  /** One entry a token. A token that was edited is empty: it starts and ends where the edit began. */
  starts: Uint32Array;
  ends: Uint32Array;
  readonly #before: Pick<DocumentTokens, 'starts' | 'ends'>;
  #areLost = false;

  constructor({ starts, ends }: Pick<DocumentTokens, 'starts' | 'ends'>) {
    this.#before = { starts, ends };
    this.starts = starts;
    this.ends = ends;
  }

  /** One pass over the tokens: to replace every match in a long document brings thousands of edits at once. */
  edited(edits: readonly Edit[]): void {
    if (this.starts === this.#before.starts) {
      this.starts = this.starts.slice();
      this.ends = this.ends.slice();
    }
    const { starts, ends } = this;
    const sorted = edits.toSorted((a, b) => a.start - b.start);
    let by = 0;
    let next = 0;
    for (let i = bisectRight(ends, sorted[0]?.start ?? Infinity); i < starts.length; i++) {
      const start = starts[i] as number;
      const end = ends[i] as number;
      for (let edit; (edit = sorted[next]) && edit.end <= start && edit.start < end; next++) by += growth(edit);
      let place: number | null = null;
      let moved = by;
      for (let inside = next, edit; (edit = sorted[inside]) && edit.start < end; inside++) {
        place = edit.start + moved;
        moved += growth(edit);
      }
      starts[i] = place ?? start + by;
      ends[i] = place ?? end + by;
    }
  }

  /** Nobody knows where the tokens are by now. */
  lose(): void {
    this.starts = new Uint32Array(this.starts.length);
    this.ends = new Uint32Array(this.ends.length);
    this.#areLost = true;
  }

  /** A range of the document before the edits; null if its first or its last token was edited. */
  now(range: Range): Range | null {
    return this.#wasEdited(range.start) || this.#wasEdited(lastOf(range)) ? null : this.near(range);
  }

  /** The same, but a token that was edited counts as empty, and a range that is lost stays where it was. */
  near(range: Range): Range {
    if (this.#areLost) return range;
    const [first, last] = [range.start, lastOf(range)];
    const start = this.#moved(first);
    const length = range.end > range.start && !this.#wasEdited(last) ? 1 : 0;
    return { start, end: Math.max(start, this.#moved(last) + length) };
  }

  #moved(offset: number): number {
    const i = this.#tokenAt(offset);
    const start = this.starts[i] as number;
    return this.#wasEdited(offset) ? start : start + offset - (this.#before.starts[i] as number);
  }

  #wasEdited(offset: number): boolean {
    const i = this.#tokenAt(offset);
    const { starts, ends } = this.#before;
    return this.starts[i] === this.ends[i] && starts[i] !== ends[i];
  }

  /** The index of the token at an offset before the edits. */
  #tokenAt(offset: number): number {
    return Math.max(0, bisectRight(this.#before.starts, offset) - 1);
  }
}

const lastOf = ({ start, end }: Range): number => Math.max(start, end - 1);

const growth = ({ start, end, length }: Edit): number => length - (end - start);

/** A text as it is measured. */
export interface TextOfModel {
  readonly text: string;
  /** As in the request. */
  readonly plain: boolean;
  readonly model: string;
}

export interface TokenNumbers extends TextOfModel {
  readonly measured: MeasuredDocument;
  readonly sums: DocumentSums;
}

/** The numbers of one state of the document. */
export interface TokenPart extends TokenNumbers {
  readonly places: TokenPlaces;
  /** The length of the document as far as its edits were seen. UTF-16 units. */
  readonly length: number;
  readonly outOfDate: boolean;
}

/** Numbers of what the document reads now. */
export const inPlace = (numbers: TokenNumbers): TokenPart => ({
  ...numbers,
  places: new TokenPlaces(numbers.measured.tokens),
  length: numbers.text.length,
  outOfDate: false,
});

/** `reached`: what is counted, if a run is further than what is shown. */
export const documentView = (
  { name, uri }: DocumentSource,
  shown: TokenPart | null,
  reached: MeasuredDocument | undefined,
  how: Pick<DocumentView, 'progress' | 'failure'>,
): DocumentView => {
  const { starts, tokens, bits, characters } = shown?.sums.lines ?? noLines;
  return {
    ...{ name, uri, ...how },
    outOfDate: shown?.outOfDate ?? false,
    tokens: reached?.tokens.ids.length ?? 0,
    measured: reached?.measured ?? 0,
    window: reached?.window ?? 0,
    plain: shown?.plain ?? null,
    control: shown?.measured.tokens.control ?? [],
    isWhole: shown !== null && shown.measured.measured === shown.measured.tokens.ids.length,
    // The sums go on in the same arrays.
    lines: { starts, tokens: tokens.slice(), bits: bits.slice(), characters: characters.slice() },
    total: shown?.sums.total ?? summed('', []),
    surprising: shown?.sums.surprising ?? [],
  };
};

export const noLines: DocumentLines = {
  starts: new Uint32Array(),
  tokens: new Uint32Array(),
  bits: new Float64Array(),
  characters: new Uint32Array(),
};
