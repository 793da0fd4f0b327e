import { halves } from '../weights/half';
import type { TensorType } from '../weights/types';
import type { TensorInfo } from '../weights/weights';

const blockLength = 32;
const nibbleBytes = blockLength / 2;

/** Types whose blocks the runtime's 4-bit product takes as they are: w = scale · (q − zero point), block by block. */
export const hasFourBitForm = (type: TensorType): boolean => type === 'Q4_0' || type === 'Q4_1';

export interface FourBit {
  /** `rows × blocks × 16`: the two nibbles of a byte are neighbours. */
  readonly nibbles: Uint8Array;
  /** `rows × blocks` each. */
  readonly scales: Float32Array;
  readonly zeroPoints: Float32Array;
}

/**
 * Repacks the bytes of a Q4_0 or Q4_1 tensor without changing a number. GGUF pairs the elements j and j + 16 of a block in one byte, the
 * runtime's product 2j and 2j + 1. Q4_1 is w = d·q + m, so the zero point is −m/d; a block with d = 0 is m throughout and is
 * written as m · (0 + 1).
 */
export function fourBit(tensor: TensorInfo, bytes: Uint8Array): FourBit {
  const half = halves();
  const hasMinimum = tensor.type === 'Q4_1';
  const header = hasMinimum ? 4 : 2;
  const blocks = bytes.length / (header + nibbleBytes);
  const halfAt = (at: number) => half[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] as number;

  const nibbles = new Uint8Array(blocks * nibbleBytes);
  const scales = new Float32Array(blocks);
  const zeroPoints = new Float32Array(blocks);
  for (let block = 0, at = 0; block < blocks; block++, at += header + nibbleBytes) {
    const d = halfAt(at);
    const m = hasMinimum ? halfAt(at + 2) : -8 * d;
    scales[block] = d === 0 ? m : d;
    zeroPoints[block] = d === 0 ? -1 : -m / d;
    if (d === 0) continue;
    const from = at + header;
    const to = block * nibbleBytes;
    for (let j = 0; j < nibbleBytes / 2; j++) {
      const first = bytes[from + 2 * j] as number;
      const second = bytes[from + 2 * j + 1] as number;
      nibbles[to + j] = (first & 15) | ((second & 15) << 4);
      nibbles[to + nibbleBytes / 2 + j] = (first >> 4) | (second & 240);
    }
  }
  return { nibbles, scales, zeroPoints };
}
