import type { Vector } from '../arrays/vectors';
import type { ChosenExperts, Product } from './layerProgram';
import type { KernelMachine, Views } from './machine';
import { floatBytes, forPanels, multiplyRows, panelStride } from './storedRows';

/** Sixteen rows of every expert: their first row, and those of them that belong to this work item. */
interface ExpertPanel {
  readonly product: Product;
  readonly experts: ChosenExperts;
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The softmax of a router's logits at the `used` greatest, 0 elsewhere. `normalises`: over these alone. Of equal logits
 * the first is chosen.
 */
export function chosenShares(logits: Vector, used: number, normalises: boolean): Float64Array {
  const order = Array.from(logits.keys()).sort((a, b) => (logits[b] as number) - (logits[a] as number));
  const chosen = order.slice(0, used);
  const greatest = logits[order[0] as number] as number;
  const power = (expert: number) => Math.exp((logits[expert] as number) - greatest);
  const total = (normalises ? chosen : order).reduce((sum, expert) => sum + power(expert), 0);
  const shares = new Float64Array(logits.length);
  for (const expert of chosen) shares[expert] = power(expert) / total;
  return shares;
}

/** The gate of gpt-oss (OpenAI 2025, arXiv:2508.10925), both values clamped: gate · σ(1.702 · gate) · (up + 1). */
export function clampedGate(gate: number, up: number): number {
  const least = Math.min(gate, 7);
  return (least / (1 + Math.exp(-1.702 * least))) * (Math.max(-7, Math.min(up, 7)) + 1);
}

/** A value with a gate of its own: a · σ(b). */
export const sigmoidGate = (value: number, gate: number): number => value / (1 + Math.exp(-gate));

/** Pairs of `count` numbers of a memory through a gate. */
export function gateValues(
  of: (a: number, b: number) => number,
  { floats }: Views,
  a: number,
  b: number,
  out: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) floats[out + i] = of(floats[a + i] as number, floats[b + i] as number);
}

/** Multiplies sixteen rows of each expert with the positions that chose it. The scratch tile has a line for each. */
export function multiplyExperts(
  { kernels, views: { floats, integers } }: KernelMachine,
  { product, experts, first, from, to }: ExpertPanel,
  rows: number,
  panel: number,
  tile: number,
  at: (operand: number) => number,
): void {
  const { matrix } = product;
  const { count, used, joins } = experts;
  const shares = at(experts.shares) / floatBytes;
  const out = at(product.out) / floatBytes + first;
  if (joins)
    for (let row = 0; row < rows; row++) floats.fill(0, out + row * matrix.rows + from, out + row * matrix.rows + to);
  /** How many experts of a position have run. */
  const ran = new Uint16Array(rows);
  for (let expert = 0; expert < count; expert++) {
    const choosing: number[] = [];
    for (let row = 0; row < rows; row++) if (floats[shares + row * count + expert] !== 0) choosing.push(row);
    if (choosing.length === 0) continue;
    const inX = (row: number) =>
      at(product.x) + floatBytes * matrix.columns * (joins ? row * used + (ran[row] as number) : row);
    const bias = matrix.bias === 0 ? 0 : matrix.bias + floatBytes * (expert * matrix.rows + first);
    const stored = ((integers[matrix.at / floatBytes + expert] as number) >>> 0) + first * matrix.rowBytes;
    if (choosing.length === 1)
      multiplyRows(kernels, matrix, stored, panel, {
        x: inX(choosing[0] as number),
        count: 1,
        out: tile,
        outStride: panelStride,
        bias,
      });
    else
      forPanels(kernels, matrix, stored, panel, (column, columns) =>
        choosing.forEach((row, line) =>
          kernels.multiply({
            a: inX(row) + floatBytes * column,
            strideA: floatBytes * matrix.columns,
            panel,
            stridePanel: panelStride,
            c: tile + line * panelStride,
            strideC: panelStride,
            rows: 1,
            columns,
            accumulate: column > 0,
            bias,
          }),
        ),
      );
    choosing.forEach((row, line) => {
      const sums = (tile + line * panelStride) / floatBytes;
      const place = (ran[row] as number)++;
      const target = out + matrix.rows * (joins ? row : row * used + place);
      const share = floats[shares + row * count + expert] as number;
      for (let lane = from; lane < to; lane++)
        floats[target + lane] = joins
          ? (floats[target + lane] as number) + share * (floats[sums + lane] as number)
          : (floats[sums + lane] as number);
    });
  }
}
