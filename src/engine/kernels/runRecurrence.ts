import type { RecurrenceSizes, RecurrenceNumbers } from './layerProgram';
import { aligned } from './layout';
import type { KernelMachine, Steps } from './machine';
import { floatBytes } from './storedRows';

/** Positions between two chances for other work. */
const together = 16;

/** The logarithm of the factor of the state: rate · ln(1 + e^x), rate ≤ 0. */
export const decayOf = (rate: number, x: number): number => rate * (x > 20 ? x : Math.log1p(Math.exp(x)));

/** The heads that share the queries and keys of one. */
export const headsOfKeys = ({ heads, keyHeads, grouped }: RecurrenceSizes, keyHead: number): number[] =>
  Array.from({ length: heads / keyHeads }, (_, i) =>
    grouped ? (keyHead * heads) / keyHeads + i : i * keyHeads + keyHead,
  );

/** Runs all positions of the heads that share the keys of one. `scratch`: room for three numbers a position. */
export function* runRecurrence(
  { kernels, views: { floats } }: KernelMachine,
  stage: RecurrenceNumbers,
  keyHead: number,
  {
    rows,
    past,
    scratch,
    at,
  }: {
    readonly rows: number;
    readonly past: number;
    readonly scratch: number;
    readonly at: (operand: number) => number;
  },
): Steps {
  const { heads, keyHeads, keySize, valueSize } = stage;
  const [ofKeys, ofValues] = [keyHeads * keySize, heads * valueSize];
  const wide = 2 * ofKeys + ofValues;
  const number = (address: number, index: number) => floats[address / floatBytes + index] as number;
  const lines = aligned(floatBytes * (past + rows + 4));
  const [asked, recalled, weights] = [scratch, scratch + lines, scratch + 2 * lines];
  const sharing = headsOfKeys(stage, keyHead);
  for (let row = 0; row < rows; row++) {
    const position = past + row;
    const mixed = at(stage.mixed) + floatBytes * row * wide;
    const ofHead = floatBytes * keyHead * keySize;
    kernels.meetKeys({
      q: mixed + ofHead,
      k: mixed + floatBytes * ofKeys + ofHead,
      keys: at(stage.keys) + ofHead,
      strideKeys: floatBytes * ofKeys,
      position,
      size: keySize,
      asked,
      recalled,
    });
    for (const head of sharing) {
      const [values, decays] = [at(stage.values) + floatBytes * head * valueSize, at(stage.decays) + floatBytes * head];
      floats[decays / floatBytes + position * heads] = decayOf(
        number(stage.rates, head),
        number(at(stage.alpha), row * heads + head) + number(stage.bias, head),
      );
      kernels.recallState({
        asked,
        recalled,
        v: mixed + floatBytes * (2 * ofKeys + head * valueSize),
        out: at(stage.out) + floatBytes * (row * ofValues + head * valueSize),
        values,
        strideValues: floatBytes * ofValues,
        decays,
        strideDecays: floatBytes * heads,
        position,
        size: valueSize,
        beta: 1 / (1 + Math.exp(-number(at(stage.beta), row * heads + head))),
        weights,
      });
    }
    if (row % together === together - 1) yield;
  }
}
