import { bisectRight } from 'd3-array';
import type { DocumentTokens } from '../../shared/document/document';
import type { Range } from './inspected';
import type { Edit } from './subject';

/** Where the tokens of a document stand after edits. UTF-16 offsets; both lists ascend. */
export class TokenPlaces {
  /** One entry a token. A token that was edited is empty: it starts and ends where the edit began. */
  starts: Uint32Array;
  ends: Uint32Array;
  readonly #before: Pick<DocumentTokens, 'starts' | 'ends'>;

  constructor({ starts, ends }: Pick<DocumentTokens, 'starts' | 'ends'>) {
    this.#before = { starts, ends };
    this.starts = starts;
    this.ends = ends;
  }

  /** One pass over the tokens, since a replacement of every match in a long document brings thousands of edits at once. */
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
  }

  /** A range of the document before the edits; null if its first or its last token was edited. */
  now({ start, end }: Range): Range | null {
    const [first, last] = [this.#moved(start), this.#moved(Math.max(start, end - 1))];
    return first === null || last === null
      ? null
      : { start: first, end: Math.max(first, last + (end > start ? 1 : 0)) };
  }

  #moved(offset: number): number | null {
    const i = Math.max(0, bisectRight(this.#before.starts, offset) - 1);
    const [before, start, end] = [this.#before.starts[i], this.starts[i], this.ends[i]];
    if (before === undefined || start === undefined) return null;
    const wasEmpty = this.#before.ends[i] === before;
    return start === end && !wasEmpty ? null : start + (offset - before);
  }
}

const growth = ({ start, end, length }: Edit): number => length - (end - start);
