/** How one type of tensor stores its numbers. Everything that depends on the type is read from here. */
export interface TypeDefinition {
  /** The type's number in GGUF files (ggml's `enum ggml_type`), by which the kernels know it too. */
  readonly ggufId: number;
  /** Numbers in a block. */
  readonly length: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Byte offsets of the block's floating-point numbers. The rest of a block are integers, which are always finite. */
  readonly floats: readonly number[];
  /** The exponent bits of those numbers, in the 16 bits at each offset: all ones in NaN and the infinities alone. */
  readonly exponent: number;
  /** Writes the numbers of whole blocks to `into` from `at` on, each rounded to float32 at most once. */
  readonly unpack: (bytes: Uint8Array, into: Float32Array, at: number) => void;
  /** How the ONNX Runtime multiplies with the matrix as it is stored. Without it, the matrix becomes float32. */
  readonly onnx?: FourBitForm | EightBitForm;
}

/** The exponent bits of half precision. */
export const halfExponent = 0x7c00;
/** The exponent bits of BF16, and of the upper half of float32. */
export const singleExponent = 0x7f80;

/**
 * The form of the runtime's MatMulNBits: w = scale · (q − zero point), with a float32 scale for each block of
 * `blockSize` numbers. The operator computes every weight in float32 while it multiplies, so nothing is lost.
 */
interface NBitsForm {
  readonly blockSize: 16 | 32;
}

/** q of four bits, and a float32 zero point for each block. */
export interface FourBitForm extends NBitsForm {
  readonly bits: 4;
  /** Whether every zero point is 8. */
  readonly symmetric?: true;
  /** Writes one block of the file to the runtime's block `block` and those after it. */
  readonly repack: (bytes: Uint8Array, from: number, into: FourBit, block: number) => void;
}

/** q of eight bits with the zero point 128. */
export interface EightBitForm extends NBitsForm {
  readonly bits: 8;
  /** Whether each block has a minimum, which is added beside the product: the zero point cannot hold it. */
  readonly minimum: boolean;
  /** Writes one block of the file: numbers from the index `at` on, scales from the index `group` on. */
  readonly repack: (bytes: Uint8Array, from: number, into: EightBit, at: number, group: number) => void;
}

export interface FourBit {
  /** `rows × blocks × (block size / 2)`: two neighbours share a byte, the first has the low four bits. */
  readonly nibbles: Uint8Array;
  /** `rows × blocks` each. */
  readonly scales: Float32Array;
  readonly zeroPoints: Float32Array;
}

export interface EightBit {
  /** `rows × blocks × block size`, with the zero point added. */
  readonly integers: Uint8Array;
  /** `rows × blocks` each. */
  readonly scales: Float32Array;
  /** Empty if the form has no minimums. */
  readonly minimums: Float32Array;
}

/** The zero point of every 8-bit integer. */
export const eightBitZero = 128;

/**
 * Writes scale and zero point of a 4-bit block that holds scale · q + m: the zero point is −m / scale. A block with the
 * scale 0 becomes m · (0 + 1), so its integers must stay 0.
 */
export function affine({ scales, zeroPoints }: FourBit, block: number, scale: number, m: number): void {
  scales[block] = scale === 0 ? m : scale;
  zeroPoints[block] = scale === 0 ? -1 : -m / scale;
}

/**
 * Repacks `count` bytes, whose low four bits are followed by their high four bits, so that neighbours share a byte.
 */
export function repackNibbles(bytes: Uint8Array, from: number, count: number, into: Uint8Array, to: number): void {
  const half = count / 2;
  for (let j = 0; j < half; j++) {
    const first = bytes[from + 2 * j] as number;
    const second = bytes[from + 2 * j + 1] as number;
    into[to + j] = (first & 15) | ((second & 15) << 4);
    into[to + half + j] = (first >> 4) | (second & 240);
  }
}
