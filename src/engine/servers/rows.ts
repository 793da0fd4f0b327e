import type { Signal } from '../../shared/engine';
import { inMemory } from '../../shared/noMemory';
import { boundedJson } from '../weights/strictJson';
import { ServerFault } from './faults';
import type { Ask, Http } from './http';

/** Vectors of an answer, row by row. */
export interface Rows {
  readonly values: Float32Array;
  readonly count: number;
  readonly dimensions: number;
  /** The answer’s JSON in which each vector is replaced by its place among them: 0, 1, … */
  readonly rest: unknown;
}

export interface RowsRequest {
  /** Rows that are expected; more are a fault. */
  readonly most: number;
  /** Numbers of a row, if known. */
  readonly dimensions: number | null;
  readonly onRow?: (count: number) => void;
}

/** No model is as wide. */
const widest = 2 ** 17;
/** Digits, point, sign and exponent of a number, with comma and indentation. */
const bytesOfNumber = 64;

/** Asks for vectors and reads them as they come: 512 of 4,096 numbers are 40 MB of JSON. */
export async function askForRows(http: Http, ask: Ask, request: RowsRequest, signal?: Signal): Promise<Rows> {
  const reader = new RowReader(request, http.host);
  const most = request.most * ((request.dimensions ?? widest) * bytesOfNumber) + reader.mostOfRest;
  await http.read({ ...ask, most }, (piece) => reader.push(piece), signal);
  return reader.end();
}

const [quote, backslash, openList, closeList, openObject] = Array.from('"\\[]{', (sign) => sign.charCodeAt(0));
const spaces = new Set(Array.from(' \t\r\n', (sign) => sign.charCodeAt(0)));

/**
 * Finds the innermost lists of numbers in JSON that arrives in pieces. It keeps the numbers, and of everything else a
 * bounded text, which is parsed at the end: an answer that was cut, or that has a row in the wrong place, fails there.
 */
export class RowReader {
  readonly mostOfRest: number;
  readonly #rest: Bytes;
  /** The row that is being read, without its brackets; null outside of rows. */
  #row: Bytes | null = null;
  #inString = false;
  #escaped = false;
  #values: Float32Array | null = null;
  #dimensions: number | null;
  #count = 0;

  constructor(
    private readonly request: RowsRequest,
    private readonly host: string,
  ) {
    this.#dimensions = request.dimensions;
    this.mostOfRest = 64 * 2 ** 10 + 64 * request.most;
    this.#rest = new Bytes(this.mostOfRest);
  }

  push(piece: Uint8Array): void {
    for (const byte of piece) {
      if (this.#inString) this.#string(byte);
      else if (byte === openList) {
        this.#leaveRow();
        this.#row = new Bytes((this.#dimensions ?? widest) * bytesOfNumber);
      } else if (this.#row && byte === closeList) this.#endRow(this.#row);
      else if (this.#row && byte !== quote && byte !== openObject) this.#keep(this.#row, byte);
      else {
        this.#leaveRow();
        this.#inString = byte === quote;
        this.#keep(this.#rest, byte);
      }
    }
  }

  end(): Rows {
    this.#leaveRow();
    let rest: unknown;
    try {
      rest = boundedJson(this.#rest.all, 'answer', { parts: 2 ** 20, values: 2 ** 20 });
    } catch {
      throw this.#fault('is not valid JSON, or it was cut');
    }
    return {
      values: this.#values ?? new Float32Array(0),
      count: this.#count,
      dimensions: this.#dimensions ?? 0,
      rest,
    };
  }

  #string(byte: number): void {
    this.#keep(this.#rest, byte);
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inString = false;
  }

  /** The list turned out to hold more than numbers, so what was read of it belongs to the rest. */
  #leaveRow(): void {
    const row = this.#row;
    if (!row) return;
    this.#row = null;
    this.#keep(this.#rest, openList!);
    for (const byte of row.all) this.#keep(this.#rest, byte);
  }

  #endRow(row: Bytes): void {
    if (row.all.every((byte) => spaces.has(byte))) {
      this.#leaveRow();
      return this.#keep(this.#rest, closeList!);
    }
    this.#row = null;
    const numbers = this.#numbers(row.all);
    this.#dimensions ??= numbers.length;
    if (numbers.length !== this.#dimensions)
      throw this.#fault(`has a vector of ${numbers.length} numbers; ${this.#dimensions} were expected`);
    if (this.#count === this.request.most) throw this.#fault(`has more than ${this.request.most} vectors`);
    const length = this.request.most * this.#dimensions;
    this.#values ??= inMemory(4 * length, () => new Float32Array(length));
    this.#values.set(numbers, this.#count * this.#dimensions);
    for (const byte of new TextEncoder().encode(String(this.#count))) this.#keep(this.#rest, byte);
    this.#count++;
    this.request.onRow?.(this.#count);
  }

  #numbers(bytes: Uint8Array): readonly number[] {
    let row: unknown;
    try {
      row = JSON.parse(`[${new TextDecoder('utf-8', { fatal: true }).decode(bytes)}]`);
    } catch {
      throw this.#fault('is not valid JSON');
    }
    const numbers = row as readonly unknown[];
    // float32 is what the numbers are kept in, so it decides. `null` is how llama.cpp writes NaN.
    if (!numbers.every((one): one is number => typeof one === 'number' && Number.isFinite(Math.fround(one))))
      throw this.#fault('has a vector with something that is not a finite number');
    if (numbers.every((one) => one === 0)) throw this.#fault('has a vector of zeros alone');
    return numbers;
  }

  #keep(bytes: Bytes, byte: number): void {
    if (!bytes.add(byte)) throw this.#fault('is longer than vectors of this model can be, so it was cut off');
  }

  #fault(what: string): ServerFault {
    return new ServerFault(`The answer of ${this.host} ${what}.`);
  }
}

/** Bytes up to a limit. */
class Bytes {
  #bytes = new Uint8Array(256);
  #length = 0;

  constructor(private readonly most: number) {}

  get all(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Returns false once the limit is reached. */
  add(byte: number): boolean {
    if (this.#length === this.most) return false;
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
    return true;
  }
}
