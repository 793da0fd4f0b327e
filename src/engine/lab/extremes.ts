import type { Signal } from '../../shared/engine';
import type { ExtremesResult, LabEntry } from '../../shared/lab';
import { sameBytes } from '../arrays/bytes';
import { distance } from '../arrays/vectors';
import { pause } from '../tasks/pause';
import { entry, type Trial } from './experiment';

/** The rows that are compared: those of an `EmbeddingMatrix`. */
interface ComparedRows {
  readonly vocabulary: number;
  /** `count` rows from `first` on, in a new array. */
  block(first: number, count: number): Float32Array;
}

/** Tokens between two pauses, in which the experiment can be cancelled. */
const batch = 1024;

/**
 * Finds equal rows of a matrix. It keeps one number a row, and reads rows again only where the numbers agree: all rows
 * together can be larger than the model's file.
 */
export class EqualRows {
  readonly #hashes: Float64Array;
  /** Rows that were read again. */
  #compared = 0;

  constructor(
    private readonly matrix: ComparedRows,
    private readonly hash: (row: Float32Array) => number = hashOf,
  ) {
    this.#hashes = new Float64Array(matrix.vocabulary);
  }

  add(id: number, row: Float32Array): void {
    this.#hashes[id] = this.hash(row);
  }

  /** The ids of equal rows, at least two in each group, rising. Groups are in the order of their first id. */
  async groups(signal: Signal | undefined): Promise<number[][]> {
    const hashes = this.#hashes;
    const ids = new Uint32Array(hashes.length)
      .map((_, id) => id)
      .sort((a, b) => (hashes[a] as number) - (hashes[b] as number) || a - b);
    const found: number[][] = [];
    let from = 0;
    while (from < ids.length) {
      const hash = hashes[ids[from] as number];
      let to = from + 1;
      while (to < ids.length && hashes[ids[to] as number] === hash) to++;
      if (to - from > 1) found.push(...(await this.#equal(ids.subarray(from, to), signal)));
      from = to;
    }
    return found.sort((a, b) => (a[0] as number) - (b[0] as number));
  }

  async #equal(ids: Uint32Array, signal: Signal | undefined): Promise<number[][]> {
    const groups: { readonly bytes: Uint8Array; readonly ids: number[] }[] = [];
    for (const id of ids) {
      const bytes = bytesOf(this.matrix.block(id, 1));
      const group = groups.find((one) => sameBytes(one.bytes, bytes));
      if (group) group.ids.push(id);
      else groups.push({ bytes, ids: [id] });
      if (++this.#compared % batch === 0) await pause(signal);
    }
    return groups.flatMap(({ ids }) => (ids.length > 1 ? [ids] : []));
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** 53 bits of the row's bits: two sums that mix differently. */
function hashOf(row: Float32Array): number {
  const words = new Uint32Array(row.buffer, row.byteOffset, row.length);
  let first = 0x811c9dc5;
  let second = 0x9747b28c;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    first = Math.imul(first ^ word, 0x9e3779b1);
    first ^= first >>> 15;
    second = Math.imul(second + word, 0x85ebca6b);
    second ^= second >>> 13;
  }
  return (first >>> 0) * 2 ** 21 + (second >>> 11);
}

const listed = 20;
/** The longest and shortest tokens, the nearest to the mean, duplicates, and tokens that no text can produce. */
export async function extremes({ model, signal, report }: Trial<'extremes'>): Promise<ExtremesResult> {
  const { matrix, sizes } = model.inputs;
  const { vocabulary, dimensions } = matrix;
  const toMean = new Float64Array(vocabulary);
  const equal = new EqualRows(matrix);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += dimensions) {
      const row = rows.subarray(at, at + dimensions);
      toMean[first + i] = distance(row, sizes.meanRow);
      equal.add(first + i, row);
    }
    report((0.5 * (first + rows.length / dimensions)) / vocabulary);
    await pause(signal);
  }
  const duplicates = await equal.groups(signal);
  const unreachable: { id: number; text: string }[] = [];
  for (let id = 0; id < vocabulary; id++) {
    if (!model.tokenizer.canOccur(id)) unreachable.push({ id, text: model.tokenizer.textOf(id) });
    if (id % batch !== 0) continue;
    report(0.5 + (0.5 * id) / vocabulary);
    await pause(signal);
  }
  /** In a small vocabulary no token is listed at both ends. */
  const atEachEnd = Math.max(1, Math.min(listed, Math.floor(vocabulary / 2)));
  /** The tokens with the smallest values, or with the largest if the sign is −1. */
  const first = (values: Float64Array, many: number, sign: 1 | -1 = 1): LabEntry[] =>
    Array.from(
      new Uint32Array(vocabulary)
        .map((_, id) => id)
        .sort((a, b) => sign * ((values[a] as number) - (values[b] as number)) || a - b)
        .subarray(0, many),
      (id) => entry(model, id, values[id] as number),
    );
  return {
    longest: first(sizes.of, atEachEnd, -1),
    shortest: first(sizes.of, atEachEnd),
    nearMean: first(toMean, listed),
    duplicates,
    unreachable,
  };
}
