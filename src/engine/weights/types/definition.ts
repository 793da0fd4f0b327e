/** How one type of tensor stores its numbers. Everything that depends on the type is read from here. */
export interface TypeDefinition {
  /** The type's number in GGUF files (ggml's `enum ggml_type`), by which the kernels know it; below 0 in no file. */
  readonly ggufId: number;
  /** Of a type of ours: that of the file, and the bytes of its block there. */
  readonly inFile?: { readonly type: string; readonly bytes: number };
  /** Numbers in a block. */
  readonly length: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Byte offsets of the block's floating-point numbers. The rest of a block are integers, which are always finite. */
  readonly floats: readonly number[];
  /**
   * The exponent bits of those numbers, in the 16 or 32 bits at each offset: all ones in NaN and the infinities alone.
   * By default those of half precision.
   */
  readonly exponent?: number;
  /** Writes the numbers of whole blocks to `into` from `at` on, each rounded to float32 at most once. */
  readonly unpack: (bytes: Uint8Array, into: Float32Array, at: number) => void;
}

/** The exponent bits of half precision. */
export const halfExponent = 0x7c00;
/** The exponent bits of BF16, and of the upper half of float32. */
export const singleExponent = 0x7f80;
