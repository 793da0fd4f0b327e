// Protocol Buffers' wire format, in which ONNX models are written: protobuf.dev/programming-guides/encoding.

/** A field with its number. */
export type Field = Uint8Array<ArrayBuffer>;

const [varint, delimited, fourBytes] = [0, 2, 5];

export const integer = (field: number, value: number): Field =>
  Uint8Array.from([...tag(field, varint), ...bytesOf(value)]);

/** A list of integers, packed. */
export const integers = (field: number, values: readonly number[]): Field =>
  bytes(field, Uint8Array.from(values.flatMap(bytesOf)));

export const float = (field: number, value: number): Field =>
  joined([Uint8Array.from(tag(field, fourBytes)), new Uint8Array(Float32Array.of(value).buffer)]);

export const text = (field: number, value: string): Field => bytes(field, new TextEncoder().encode(value));

export const message = (field: number, fields: readonly Field[]): Field => bytes(field, joined(fields));

export const bytes = (field: number, value: Uint8Array): Field =>
  joined([Uint8Array.from([...tag(field, delimited), ...bytesOf(value.length)]), value]);

/** A message is its fields one after another. */
export function joined(fields: readonly Uint8Array[]): Field {
  const all = new Uint8Array(fields.reduce((length, field) => length + field.length, 0));
  let at = 0;
  for (const field of fields) {
    all.set(field, at);
    at += field.length;
  }
  return all;
}

const tag = (field: number, wireType: number): number[] => bytesOf(field * 8 + wireType);

/** Seven bits a byte, the lowest first. Negative numbers are written as 64 bits. */
function bytesOf(value: number): number[] {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return [...out, Number(rest)];
}
