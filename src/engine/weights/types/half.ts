/** The value of the IEEE 754 half-precision number with these 16 bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

let table: Float32Array | undefined;
/** All half-precision numbers by their bits. */
export const halfTable = (): Float32Array =>
  (table ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfToFloat(bits)));

/** The half-precision number in two bytes. */
export const halfAt = (bytes: Uint8Array, at: number): number => halfTable()[u16(bytes, at)] as number;

export const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
