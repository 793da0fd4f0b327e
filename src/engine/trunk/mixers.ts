import type { ConvolutionStep, RecurrenceStep } from '../architecture/layers';
import { dot, dotOfPart, type Vector } from '../arrays/vectors';
import type { RecurrenceSizes } from '../kernels/layerProgram';
import { decayOf, headsOfKeys } from '../kernels/runRecurrence';

/** The query of a head and its key, divided by their sizes, and the query by √keySize. */
function headKeys(mixed: Vector, { keyHeads, keySize }: RecurrenceSizes, keyHead: number) {
  return [0, 1].map((which) => {
    const begin = (which * keyHeads + keyHead) * keySize;
    const own = Float64Array.from(mixed.subarray(begin, begin + keySize));
    const size = Math.sqrt((dot(own, own) + 1e-6) * (which === 0 ? keySize : 1));
    return own.map((value) => value / size);
  }) as [Float64Array, Float64Array];
}

/** What the last positions up to one bring to a convolution there, in their order. */
export const convolutionParts = (
  { kernel, taps }: ConvolutionStep,
  position: number,
  inputs: (position: number) => Vector,
): Float64Array[] =>
  Array.from({ length: Math.min(taps, position + 1) }, (_, back) => {
    const row = inputs(position - back);
    return new Float64Array(kernel.length / taps).map(
      (__, column) => (kernel[(column + 1) * taps - 1 - back] as number) * (row[column] as number),
    );
  }).reverse();

/** The sum of vectors. */
export const addedUp = (vectors: readonly Float64Array[]): Float64Array =>
  vectors.reduce((sum, vector) => sum.map((value, i) => value + (vector[i] as number)));

/** The outputs of all heads beside each other, from the first position on. */
export function deltaRule(
  mixed: readonly Float64Array[],
  alpha: readonly Float64Array[],
  beta: readonly Float64Array[],
  { sizes, rates, bias }: RecurrenceStep,
): Float64Array[] {
  const { heads, keyHeads, keySize, valueSize } = sizes;
  const states = Array.from({ length: heads }, () => new Float64Array(keySize * valueSize));
  const out = mixed.map(() => new Float64Array(heads * valueSize));
  mixed.forEach((row, at) => {
    for (let keyHead = 0; keyHead < keyHeads; keyHead++) {
      const [q, k] = headKeys(row, sizes, keyHead);
      for (const head of headsOfKeys(sizes, keyHead)) {
        const state = states[head] as Float64Array;
        const decay = Math.exp(decayOf(rates[head] as number, (alpha[at]?.[head] as number) + (bias[head] as number)));
        const rate = 1 / (1 + Math.exp(-(beta[at]?.[head] as number)));
        for (let j = 0; j < valueSize; j++) {
          let recalled = 0;
          for (let i = 0; i < keySize; i++)
            recalled += (k[i] as number) * (state[i * valueSize + j] = decay * (state[i * valueSize + j] as number));
          const value = row[2 * keyHeads * keySize + head * valueSize + j] as number;
          let asked = 0;
          for (let i = 0; i < keySize; i++)
            asked +=
              (q[i] as number) *
              (state[i * valueSize + j] =
                (state[i * valueSize + j] as number) + (k[i] as number) * rate * (value - recalled));
          (out[at] as Float64Array)[head * valueSize + j] = asked;
        }
      }
    }
  });
  return out;
}

/** What a recurrence kept of every position: keys, the values δ that the state took, and logarithms of decays. */
interface KeptState {
  readonly keys: Float32Array;
  readonly values: Float32Array;
  readonly decays: Float32Array;
}

/**
 * The factors of the values of the positions up to one in the output of each head: Σ factor · δ is Sᵀq. They may be
 * below 0, and do not sum to 1.
 */
function factorsAt(
  mixed: Vector,
  sizes: RecurrenceSizes,
  position: number,
  { keys, decays }: KeptState,
): Float64Array[] {
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
export function stateParts(mixed: Vector, sizes: RecurrenceSizes, position: number, kept: KeptState): Float64Array[] {
  const width = sizes.heads * sizes.valueSize;
  const factors = factorsAt(mixed, sizes, position, kept);
  return Array.from({ length: position + 1 }, (_, other) =>
    new Float64Array(width).map(
      (__, at) =>
        (factors[Math.floor(at / sizes.valueSize)]?.[other] as number) * (kept.values[other * width + at] as number),
    ),
  );
}
