import * as v from 'valibot';
import { endsBefore, wrongField } from './damaged';
import type { ByteSource } from './source';
import { isObject, jsonStart, strictJson } from './strictJson';

/** A tensor as the file describes it, of any type. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** The format's own name: `BF16`, `I64`, `F8_E4M3`. */
  readonly type: string;
  /** Of the first byte, counted from the beginning of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** The texts of `__metadata__`, and the tensors. */
export interface SafetensorsSoFar {
  readonly remarks: Map<string, string>;
  readonly tensors: StoredTensor[];
}

/** Ten times the header of the largest files. Parsed, it takes ten times its bytes. */
const longestHeader = 2 * 1024 * 1024;
const lengthBytes = 8;
const longestName = 1024;

const bits: ReadonlyMap<string, number> = new Map(
  Object.entries({
    F64: 64,
    F32: 32,
    F16: 16,
    BF16: 16,
    I64: 64,
    I32: 32,
    I16: 16,
    I8: 8,
    U64: 64,
    U32: 32,
    U16: 16,
    U8: 8,
    BOOL: 8,
    F8_E5M2: 8,
    F8_E4M3: 8,
    F8_E8M0: 8,
    F8_E4M3FNUZ: 8,
    F8_E5M2FNUZ: 8,
    F6_E2M3: 6,
    F6_E3M2: 6,
    F4: 4,
    C64: 64,
  }),
);

const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const entry = v.strictObject({
  dtype: v.string(),
  shape: v.pipe(v.array(size), v.maxLength(8)),
  data_offsets: v.strictTuple([size, size]),
});

/**
 * Reads the header of a safetensors file: its length as a 64-bit number, JSON, then the data, tensor after tensor
 * without gaps. (The format: `README.md` of huggingface/safetensors.)
 *
 * Strict: anything that contradicts the format or the file's length throws `EngineError('model-damaged')`. `file` names
 * it in errors. The last argument gets what was read, also if the rest is damaged.
 */
export function readSafetensors(
  source: ByteSource,
  file: string,
  { remarks, tensors }: SafetensorsSoFar = { remarks: new Map(), tensors: [] },
): ReadonlyMap<string, StoredTensor> {
  const length = headerLength(source, file);
  const start = lengthBytes + length;
  const header = strictJson(source.read(lengthBytes, length), `${file}: header`);
  if (!isObject(header)) throw wrongField(`${file}: header`, jsonStart(header), '{…}');
  for (const [name, described] of Object.entries(header)) {
    if (name === '__metadata__') readRemarks(described, file, remarks);
    else tensors.push(tensorOf(name, described, start, file));
  }
  checkPlaces(tensors, start, source.size, file);
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

/**
 * Bytes of the JSON header. Throws `EngineError('model-damaged')` if the file does not hold them or the header is too
 * long.
 */
export function headerLength(source: ByteSource, file: string): number {
  if (source.size < lengthBytes) throw wrongField(`${file} (bytes)`, source.size, `≥ ${lengthBytes}`);
  const length = new DataView(source.read(0, lengthBytes).buffer).getBigUint64(0, true);
  const most = Math.min(source.size - lengthBytes, longestHeader);
  if (length > BigInt(most)) throw wrongField(`${file}: header (bytes)`, length, `≤ ${most}`);
  return Number(length);
}

function readRemarks(found: unknown, file: string, into: Map<string, string>): void {
  for (const [name, remark] of Object.entries(isObject(found) ? found : { found })) {
    if (typeof remark !== 'string') throw wrongField(`${file}: __metadata__`, jsonStart(remark), 'strings');
    into.set(name, remark);
  }
}

function tensorOf(name: string, described: unknown, start: number, file: string): StoredTensor {
  const field = fieldOf(file, name);
  if (name.length > longestName) throw wrongField(`${field}… (len)`, name.length, `≤ ${longestName}`);
  const parsed = v.safeParse(entry, described);
  if (!parsed.success) throw wrongField(field, jsonStart(described), '{dtype, shape, data_offsets}');
  const {
    dtype,
    shape,
    data_offsets: [from, to],
  } = parsed.output;
  const width = bits.get(dtype);
  if (width === undefined) throw wrongField(`${field}.dtype`, dtype.slice(0, 40), [...bits.keys()].join(', '));
  const byteLength = (shape.reduce((product, size) => product * size, 1) * width) / 8;
  if (!Number.isSafeInteger(byteLength)) throw wrongField(`${field} (bytes)`, String(byteLength), 'n < 2^53');
  if (to - from !== byteLength) throw wrongField(`${field} (bytes)`, `${from}…${to}`, byteLength);
  return { name, shape, type: dtype, offset: start + from, byteLength };
}

const fieldOf = (file: string, tensor: string): string => `${file}: ${tensor.slice(0, 80)}`;

/** Tensors fill the file from the end of the header to its end. */
function checkPlaces(tensors: readonly StoredTensor[], start: number, end: number, file: string): void {
  let at = start;
  for (const { name, offset, byteLength } of tensors.toSorted(
    (a, b) => a.offset - b.offset || a.byteLength - b.byteLength,
  )) {
    if (offset !== at) throw wrongField(`${fieldOf(file, name)} (offset)`, offset, at);
    at = offset + byteLength;
    if (at > end) throw endsBefore(fieldOf(file, name));
  }
  if (at !== end) throw wrongField(`${file} (bytes)`, end, at);
}
