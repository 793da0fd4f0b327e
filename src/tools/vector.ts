import { degrees, fixed, probability } from '../shared/format';
import { byMetric, type ByMetric } from '../shared/metrics';
import { type InspectedEntry, inspectedEntry } from '../shared/neighbourTable';
import type { OwnVector } from '../shared/vectors/vector';
import { neighbourLists } from './tables';
import { harmless, paragraphs, table, visible } from './text';

/** A vector of one's own as it is printed: `without` says whether its lists leave the operands out. */
export interface PrintedVector {
  readonly own: OwnVector;
  readonly without: boolean;
}

function entriesOf({ own, without }: PrintedVector, most: number): ByMetric<readonly InspectedEntry[]> {
  const operands = new Set(own.operands.map(({ token }) => token?.token.id));
  return byMetric((metric) => {
    // The engine lists as many others as were asked for, and the operands between them.
    const others = own.lists[metric].filter(({ token }) => !operands.has(token.id));
    return (without ? others : own.lists[metric]).slice(0, Math.min(most, others.length)).map((entry) => ({
      ...inspectedEntry(metric, entry),
      ...(operands.has(entry.token.id) && { operand: true as const }),
    }));
  });
}

/** Its part of `--json`, with at most so many entries of each list. Angles are in degrees. */
export function vectorJson(vector: PrintedVector, most = Infinity) {
  const { expression, side, centred, size, operands, predicted, entropy } = vector.own;
  return {
    expression,
    side,
    centred,
    size,
    operands: operands.map(({ span: _, token, ...operand }) => ({
      ...operand,
      ...(token && { id: token.token.id, ranks: token.ranks }),
    })),
    neighbours: entriesOf(vector, most),
    predicted: predicted.slice(0, most).map(({ token: { id, text }, ...values }) => ({ id, text, ...values })),
    entropy,
  };
}

/** The same as tables. */
export function vectorTables(vector: PrintedVector, most = Infinity): string {
  const { expression, side, centred, size, operands, neighbours, predicted, entropy } = vectorJson(vector, most);
  const rows = side === 'input' ? 'input vectors' : 'output rows';
  const operandRows = operands.map(({ name, size: own, angle }) => [visible(name), fixed(own, 3), degrees(angle)]);
  const likeliest = predicted.map(({ text, logit, probability: share }, i) => [
    String(i + 1),
    visible(text),
    probability(share),
    fixed(logit, 2),
  ]);
  return paragraphs(
    `Vector ${harmless(expression)}: size ${fixed(size, 3)}, compared with the ${rows}${centred ? ', with the mean vector subtracted' : ''}\n${table(['operand', 'size', 'angle'], operandRows, 'lrr')}`,
    neighbours.euclidean.length > 0 &&
      `Its neighbours${vector.without ? ' without the operands' : '; operands are marked *'}\n${neighbourLists(neighbours)}`,
    most > 0 &&
      `What the model would predict if this vector were h, entropy ${entropy.toFixed(2)} bits\n${table(['', 'token', 'probability', 'logit'], likeliest, 'rlrr')}`,
  );
}
