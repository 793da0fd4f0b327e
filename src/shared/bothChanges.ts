import { bothOf, type Both, type PositionInBoth, type RowsInBoth, type TokenInBoth } from './both';

/** What a second model changed, as data for one sentence. */
export interface Changes {
  readonly rows: RowsChange | null;
  readonly prediction: PredictionChange | null;
}

export interface RowsChange {
  readonly kind: 'nothing' | 'directions' | 'sizes' | 'both';
  /** Median, degrees; null where the widths differ. */
  readonly angle: number | null;
  /** The smallest and the largest ratio of two sizes. */
  readonly ratio: Both<number>;
}

/** The prediction after one position. */
export interface PredictionChange {
  /** Whether both models predict exactly the same. */
  readonly isSame: boolean;
  /** Between the residuals before and after all layers, and between the vectors h, degrees; null where they cannot be compared. */
  readonly turn: { readonly before: number; readonly after: number } | null;
  readonly hiddenAngle: number | null;
  readonly hiddenSize: Both<number>;
  /** The likeliest token of A, and that of B. */
  readonly first: Both<TokenInBoth>;
}

export const changesOf = (rows: RowsInBoth | null, position: PositionInBoth | null): Changes => ({
  rows: rows && rowsChange(rows),
  prediction: position && predictionChange(position),
});

/** One of the two changes is named alone if it moves a row so many times as far as the other. */
const farther = 4;

function rowsChange({ angle, ratio }: RowsInBoth): RowsChange {
  const turn = angle ? 2 * Math.sin((angle.median * Math.PI) / 360) : 0;
  const resize = resizeOf(ratio);
  const isNothing = angle?.most === 0 && ratio.least === 1 && ratio.most === 1;
  const larger = turn > farther * resize ? 'directions' : resize > farther * turn ? 'sizes' : 'both';
  return { kind: isNothing ? 'nothing' : larger, angle: angle?.median ?? null, ratio: [ratio.least, ratio.most] };
}

/** The mean distance of the ratios from 1, as far as the histogram tells. */
function resizeOf({ least, most, histogram: { from, width, counts } }: RowsInBoth['ratio']): number {
  if (least === most) return Math.abs(least - 1);
  const sum = counts.reduce((all, rows, bin) => all + rows * Math.abs(from + (bin + 0.5) * width - 1), 0);
  return sum / counts.reduce((all, rows) => all + rows, 0);
}

function predictionChange(position: PositionInBoth): PredictionChange | null {
  const { divergence, hiddenAngle, hiddenSize, residualAngle, tokens, likeliest } = position;
  const [a, b] = bothOf((side) => tokens[likeliest[side][0] ?? -1]);
  if (!a || !b) return null;
  const [before, after] = [residualAngle?.[0], residualAngle?.at(-1)];
  return {
    isSame: divergence[0] === 0 && divergence[1] === 0,
    turn: before === undefined || after === undefined ? null : { before, after },
    hiddenAngle,
    hiddenSize,
    first: [a, b],
  };
}
