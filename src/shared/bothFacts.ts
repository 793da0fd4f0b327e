import type { Both, LogitParts, PositionInBoth, RowsInBoth, Spread, TextInBoth, TokenInBoth } from './both';
import { layerColumn, type TableRows } from './columns';
import { degrees, fixed, size } from './format';
import type { Translator } from './translator';

// What the sentences on two models say, on the page and in a terminal, from the same numbers.

/**
 * From so many degrees on, the median angle of the rows is that of unrelated models. Directions with nothing in common
 * are near 90° apart in any width; quantising and fine-tuning turn a row by less than half of that.
 */
const unrelatedAngle = 70;

export const areUnrelated = (rows: Pick<RowsInBoth, 'angle'> | null): boolean =>
  (rows?.angle?.median ?? 0) >= unrelatedAngle;

/** The largest change of a size, as a share of A's. */
export const furthest = ({ least, most }: Pick<Spread, 'least' | 'most'>): number =>
  Math.max(Math.abs(most - 1), Math.abs(least - 1));

/** With so many decimals at least as large as the value, so that it holds as a bound. */
export const boundOf = (value: number, decimals = 1): number =>
  Math.ceil(value * 10 ** decimals - 1e-9) / 10 ** decimals;

export const areEqual = ({ angle, ratio }: RowsInBoth): boolean => furthest(ratio) === 0 && (angle?.most ?? 0) === 0;

/** Whether both models predict the same after every token of the text. */
export const predictsSame = (text: TextInBoth | null): boolean =>
  text?.kind === 'same' && text.leftOut === 0 && text.divergence.every((of) => of.every((value) => value === 0));

/** The token that A expects most, and the one that B does. */
export const likeliestInBoth = ({ tokens, likeliest }: PositionInBoth): Both<TokenInBoth> | null => {
  const [a, b] = likeliest.map(([first = -1]) => tokens[first]);
  return a && b ? [a, b] : null;
};

/** How far a token is ahead of another one, in logits. */
export interface Lead {
  readonly logit: Both<number>;
  /** The parts of the first token's change less those of the second's. */
  readonly parts: LogitParts;
}

export const leadOf = (token: TokenInBoth, over: TokenInBoth): Lead => ({
  logit: [token.logit[0] - over.logit[0], token.logit[1] - over.logit[1]],
  parts: {
    hiddenSize: token.parts.hiddenSize - over.parts.hiddenSize,
    size: token.parts.size - over.parts.size,
    angle: token.parts.angle - over.parts.angle,
    bias: token.parts.bias - over.parts.bias,
  },
});

const partKeys = ['angle', 'hiddenSize', 'size', 'bias'] as const satisfies readonly (keyof LogitParts)[];

/** The largest of the parts that have the sign of the change. A larger part against it would not explain it. */
export function largestPart({ logit: [a, b], parts }: Lead): keyof LogitParts {
  const along = (part: keyof LogitParts): number => parts[part] * (b < a ? -1 : 1);
  return partKeys.reduce((best, part) => (along(part) > along(best) ? part : best));
}

const fullPrecision = ['F32', 'F16', 'BF16', ''];

/** Whether a file's type of weights rounds them to a few bits. */
export const isQuantised = (type: string): boolean => !fullPrecision.includes(type);

/** Where the largest divergence of the text is, behind its context; null if no prediction differs. */
export function largestDivergence(divergence: ArrayLike<number>, contextCount: number): number | null {
  let best: number | null = null;
  for (let at = contextCount; at < divergence.length; at++)
    if ((divergence[at] ?? 0) > (best === null ? 0 : (divergence[best] ?? 0))) best = at;
  return best;
}

interface TextSum {
  readonly name: string;
  readonly bits?: number;
  /** 0 … 1. */
  readonly share?: number;
  /** Of each model. */
  readonly both?: Both<number>;
}

/** The text's numbers in the words of llama.cpp's tool. */
export const textSums = (text: TextInBoth, l10n: Translator): readonly TextSum[] => [
  ...(text.kind === 'other' || text.sums.predictions === 0
    ? []
    : [
        { name: l10n.t('mean KLD'), bits: text.sums.meanDivergence },
        { name: l10n.t('90 % KLD'), bits: text.sums.divergence90 },
        { name: l10n.t('99 % KLD'), bits: text.sums.divergence99 },
        { name: l10n.t('maximum KLD'), bits: text.sums.mostDivergence },
        { name: l10n.t('mean Δp'), share: text.sums.meanChange },
        { name: l10n.t('RMS Δp'), share: text.sums.rmsChange },
        { name: l10n.t('same top p'), share: text.sums.sameFirst },
      ]),
  { name: l10n.t('bits a character'), both: text.bitsPerCharacter },
  { name: l10n.t('perplexity'), both: text.perplexity },
];

/** The residuals of A and of B at two positions, layer by layer. `position` is A’s. */
export type TwoResiduals = Pick<PositionInBoth, 'position' | 'hiddenAngle' | 'residualAngle' | 'residualSize'>;

/** B's size as a multiple of A's, residual by residual. */
export const ratiosOf = ({ residualSize: [a, b] }: TwoResiduals): readonly number[] =>
  Array.from(a, (of, at) => (b[at] ?? NaN) / of);

/** Both residuals of every layer in numbers. */
export function residualsTable(position: TwoResiduals, l10n: Translator): TableRows<number> {
  const { residualAngle, residualSize } = position;
  const ratios = ratiosOf(position);
  return {
    columns: [
      layerColumn(l10n),
      {
        ...(residualAngle && { key: 'angle between r and r (degrees)', head: l10n.t('angle') }),
        value: (at) => residualAngle?.[at],
        print: degrees,
      },
      { key: 'size of r in A', head: l10n.t('‖r‖ in A'), value: (at) => residualSize[0][at], print: size },
      { key: 'size of r in B', head: l10n.t('‖r‖ in B'), value: (at) => residualSize[1][at], print: size },
      {
        ...{ key: 'size in B / size in A', head: l10n.t('B ÷ A') },
        ...{ value: (at) => ratios[at], print: (value) => fixed(value, 3) },
      },
    ],
    rows: [...ratios.keys()],
  };
}
