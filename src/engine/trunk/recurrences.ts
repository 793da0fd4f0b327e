import { dotOfPart, type Vector } from '../arrays/vectors';
import type { RecurrenceSizes } from '../kernels/layerProgram';
import { headsOfKeys } from '../kernels/runRecurrence';
import { headKeys } from './plainLayers';

/** What a recurrence kept of every position: keys, the values δ that the state took, and logarithms of decays. */
interface Kept {
  readonly keys: Float32Array;
  readonly values: Float32Array;
  readonly decays: Float32Array;
}

/**
 * The factors of the values of the positions up to one in the output of each head: Σ factor · δ is Sᵀq. They may be
 * below 0, and do not sum to 1.
 */
function factorsAt(mixed: Vector, sizes: RecurrenceSizes, position: number, { keys, decays }: Kept): Float64Array[] {
  const { heads, keyHeads, keySize } = sizes;
  const factors: Float64Array[] = [];
  for (let keyHead = 0; keyHead < keyHeads; keyHead++) {
    const [query] = headKeys(mixed, sizes, keyHead);
    for (const head of headsOfKeys(sizes, keyHead)) {
      const own = (factors[head] = new Float64Array(position + 1));
      let left = 0;
      for (let other = position; other >= 0; other--) {
        own[other] = Math.exp(left) * dotOfPart(query, 0, keys, (other * keyHeads + keyHead) * keySize, keySize);
        left += decays[other * heads + head] as number;
      }
    }
  }
  return factors;
}

/** What each position up to one brings to the outputs of all heads, which stand beside each other. */
export function stateParts(mixed: Vector, sizes: RecurrenceSizes, position: number, kept: Kept): Float64Array[] {
  const width = sizes.heads * sizes.valueSize;
  const factors = factorsAt(mixed, sizes, position, kept);
  return Array.from({ length: position + 1 }, (_, other) =>
    new Float64Array(width).map(
      (__, at) =>
        (factors[Math.floor(at / sizes.valueSize)]?.[other] as number) * (kept.values[other * width + at] as number),
    ),
  );
}
