import type { TensorType } from '../weights/types';

/**
 * How the runtime's product with a quantised matrix (MatMulNBits) takes a type: w = scale · (q − zero point), with a
 * float32 scale for each block. It works every weight out as float32 while it multiplies, so that nothing is lost.
 */
export interface StoredForm {
  /** Of q. With 4 bits each block has a float32 zero point of its own, with 8 bits it is 128 throughout. */
  readonly bits: 4 | 8;
  /** Numbers in a row that share a scale. */
  readonly blockSize: 16 | 32;
  /**
   * Whether each block has a minimum that is added beside the product: 8 bits leave no place for it in the zero point.
   */
  readonly minimum: boolean;
}

const fourBits: StoredForm = { bits: 4, blockSize: 32, minimum: false };
const eightBits: StoredForm = { bits: 8, blockSize: 32, minimum: false };

const forms: Readonly<Partial<Record<TensorType, StoredForm>>> = {
  Q4_0: fourBits,
  Q4_1: fourBits,
  Q4_K: fourBits,
  Q2_K: { ...fourBits, blockSize: 16 },
  Q3_K: { ...eightBits, blockSize: 16 },
  Q5_0: eightBits,
  Q8_0: eightBits,
  IQ4_NL: eightBits,
  IQ4_XS: eightBits,
  Q6_K: { ...eightBits, blockSize: 16 },
  Q5_1: { ...eightBits, minimum: true },
  Q5_K: { ...eightBits, minimum: true },
};

/**
 * The form in which the runtime multiplies with a type as it is stored; null where there is none and float32 has to
 * serve.
 */
export const storedForm = (type: TensorType): StoredForm | null => forms[type] ?? null;
