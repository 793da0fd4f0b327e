import type { Signal } from '../../shared/engine';
import { EngineError, said } from '../../shared/errors';
import { inMemory } from '../../shared/noMemory';
import { boundedJson } from '../weights/strictJson';
import { invalidAnswer, tooLongAnswer, wrongAnswer, type ServerFault } from './faults';
import type { Ask, Http } from './http';

export interface ServedRows {
  readonly values: Float32Array;
  readonly count: number;
  readonly dimensions: number;
  /** The answer’s JSON in which each vector is replaced by its place among them: 0, 1, … */
  readonly rest: unknown;
}

export interface RowsRequest {
  /** Rows that are expected; more are a fault. */
  readonly most: number;
  readonly dimensions: number | null;
  readonly onRow?: (count: number) => void;
}

/** No model is as wide. */
const widest = 2 ** 17;
/** Digits, point, sign and exponent of a number, with comma and indentation. */
const bytesOfNumber = 64;

/** Asks for vectors and reads them as they come: 512 of 4,096 numbers are 40 MB of JSON. */
export async function askForRows(http: Http, ask: Ask, request: RowsRequest, signal?: Signal): Promise<ServedRows> {
  if (request.most === 0) throw new EngineError('empty-text', said`The text has no tokens.`);
  const reader = new RowReader(request, http.host);
  const most = request.most * ((request.dimensions ?? widest) * bytesOfNumber) + reader.mostOfRest;
  await http.read({ ...ask, most }, (piece) => reader.push(piece), signal);
  return reader.end();
}

const [quote, backslash, openList, closeList, openObject] = Array.from('"\\[]{', (sign) => sign.charCodeAt(0));
const endsRow = (byte: number): boolean =>
  byte === closeList || byte === openList || byte === quote || byte === openObject;
const spaces = new Set(Array.from(' \t\r\n', (sign) => sign.charCodeAt(0)));

/**
 * Finds the innermost lists of numbers in JSON that arrives in pieces. It keeps the numbers, and of everything else a
 * bounded text, which is parsed at the end: an answer that was cut, or that has a row in the wrong place, fails there.
 */
export class RowReader {
  readonly mostOfRest: number;
  readonly #rest: Bytes;
  /** The row that is being read, without its brackets. */
  readonly #row = new Bytes(0);
  #state: 'rest' | 'string' | 'escaped' | 'row' = 'rest';
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
    let at = 0;
    while (at < piece.length) {
      if (this.#state === 'row') {
        const from = at;
        while (at < piece.length && !endsRow(piece[at]!)) at++;
        this.#keep(this.#row, piece.subarray(from, at));
        if (at < piece.length) this.#leaveNumbers(piece[at]!);
      } else this.#other(piece.subarray(at, at + 1));
      at++;
    }
  }

  end(): ServedRows {
    this.#leaveRow();
    let rest: unknown;
    try {
      rest = boundedJson(this.#rest.all, 'answer', { parts: 2 ** 20, values: 2 ** 20 });
    } catch {
      throw invalidAnswer(this.host, 'JSON');
    }
    return {
      values: this.#values ?? new Float32Array(0),
      count: this.#count,
      dimensions: this.#dimensions ?? 0,
      rest,
    };
  }

  /** A byte that is part of no row. */
  #other(one: Uint8Array): void {
    const [byte] = one;
    if (this.#state === 'rest' && byte === openList) return this.#beginRow();
    this.#keep(this.#rest, one);
    if (this.#state === 'rest') this.#state = byte === quote ? 'string' : 'rest';
    else if (this.#state === 'escaped') this.#state = 'string';
    else if (byte === backslash) this.#state = 'escaped';
    else if (byte === quote) this.#state = 'rest';
  }

  #beginRow(): void {
    this.#row.clear((this.#dimensions ?? widest) * bytesOfNumber);
    this.#state = 'row';
  }

  /** Handles the first byte of a row that is not part of a number. */
  #leaveNumbers(byte: number): void {
    if (byte === closeList && !this.#row.all.every((one) => spaces.has(one))) return this.#endRow();
    this.#leaveRow();
    if (byte === openList) return this.#beginRow();
    this.#keep(this.#rest, Uint8Array.of(byte));
    if (byte === quote) this.#state = 'string';
  }

  /** The list holds more than numbers, or nothing, so its bytes belong to the rest. */
  #leaveRow(): void {
    if (this.#state !== 'row') return;
    this.#state = 'rest';
    this.#keep(this.#rest, Uint8Array.of(openList!));
    this.#keep(this.#rest, this.#row.all);
  }

  #endRow(): void {
    this.#state = 'rest';
    const numbers = this.#numbers(this.#row.all);
    this.#dimensions ??= numbers.length;
    if (numbers.length !== this.#dimensions)
      throw wrongAnswer(this.host, `vectors[${this.#count}] (len)`, numbers.length, this.#dimensions);
    if (this.#count === this.request.most)
      throw wrongAnswer(this.host, 'vectors', this.#count + 1, `≤ ${this.request.most}`);
    const length = this.request.most * this.#dimensions;
    this.#values ??= inMemory(4 * length, () => new Float32Array(length));
    this.#values.set(numbers, this.#count * this.#dimensions);
    this.#keep(this.#rest, new TextEncoder().encode(String(this.#count)));
    this.#count++;
    this.request.onRow?.(this.#count);
  }

  #numbers(bytes: Uint8Array): readonly number[] {
    let row: unknown;
    try {
      row = JSON.parse(`[${new TextDecoder('utf-8', { fatal: true }).decode(bytes)}]`);
    } catch {
      throw invalidAnswer(this.host, 'JSON');
    }
    const numbers = row as readonly unknown[];
    // float32 is what the numbers are kept in, so it decides. `null` is how llama.cpp writes NaN.
    const isFloat = (one: unknown): one is number => typeof one === 'number' && Number.isFinite(Math.fround(one));
    if (!numbers.every(isFloat))
      throw this.#fault(Number(numbers.find((one) => typeof one === 'number' && !isFloat(one)) ?? NaN), 'float32');
    if (numbers.every((one) => one === 0)) throw this.#fault(0, '≠ 0');
    return numbers;
  }

  #keep(bytes: Bytes, more: Uint8Array): void {
    if (!bytes.add(more)) throw tooLongAnswer(this.host, bytes.most);
  }

  #fault(found: string | number, expected: string | number): ServerFault {
    return wrongAnswer(this.host, `vectors[${this.#count}]`, found, expected);
  }
}

class Bytes {
  #bytes = new Uint8Array(1024);
  #length = 0;

  constructor(public most: number) {}

  get all(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(most: number): void {
    this.#length = 0;
    this.most = most;
  }

  /** Returns false if they would exceed the limit. */
  add(more: Uint8Array): boolean {
    const length = this.#length + more.length;
    if (length > this.most) return false;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.all);
      this.#bytes = larger;
    }
    this.#bytes.set(more, this.#length);
    this.#length = length;
    return true;
  }
}
