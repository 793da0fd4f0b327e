import * as l10n from '@vscode/l10n';
import { bits, count, degrees, fixed, percent, probability, scientific, size } from '../../../shared/format';
import {
  type BetweenResult,
  type ExtremesResult,
  type LabEntry,
  type LengthResult,
  pairs,
  type RoundTripResult,
  type RulersResult,
  type SoftmaxShiftResult,
  type TargetSizeResult,
  type TiedResult,
} from '../../../shared/lab';
import { type Metric, metrics } from '../../../shared/tokens';
import { type Cell, type Column, type DataTable, type Label, metricLabel } from '../data';
import { pairName } from '../findings/agreement';
import type { TokenOf } from '../names';

const rankColumn: Column = { key: '#', label: '#' };
const tokenColumn = (): Column => ({ key: 'token', label: l10n.t('token') });
const share = (value: number): string => fixed(value, 2);

/** Entries in order, each with its number. */
export const entriesTable = (entries: readonly LabEntry[], value: Column, tokenOf: TokenOf): DataTable => ({
  isList: true,
  columns: [rankColumn, tokenColumn(), value],
  rows: entries.map((entry, row) => [row + 1, tokenOf(entry), entry.value]),
});

export const metricColumnOf = (metric: Metric): Column => ({ ...metricLabel(metric), print: size });

export const listOf = ({ lists }: Pick<RulersResult, 'lists'>, metric: Metric, tokenOf: TokenOf): DataTable =>
  entriesTable(lists[metric], metricColumnOf(metric), tokenOf);

export const agreementTable = ({ overlap, rbo, sample }: RulersResult): DataTable => ({
  columns: [
    { key: 'pair', label: l10n.t('pair') },
    { key: 'overlap', label: l10n.t('overlap'), print: share },
    { key: 'rank-biased overlap', label: l10n.t('rank-biased overlap'), print: share },
    ...(sample.size > 0
      ? [
          { key: 'overlap, mean of the sample', label: l10n.t('overlap, mean of the sample'), print: share },
          {
            key: 'rank-biased overlap, mean of the sample',
            label: l10n.t('rank-biased overlap, mean of the sample'),
            print: share,
          },
        ]
      : []),
  ],
  rows: pairs.map((pair) => [
    { key: pair, label: pairName(pair) },
    overlap[pair],
    rbo[pair],
    ...(sample.size > 0 ? [sample.overlap[pair], sample.rbo[pair]] : []),
  ]),
});

export const missesTable = ({ misses }: Pick<RoundTripResult, 'misses'>): DataTable => ({
  columns: [
    { key: 'by', label: l10n.t('by') },
    { key: 'raw', label: l10n.t('raw') },
    { key: 'centred', label: l10n.t('centred') },
    ...(misses.normed ? [{ key: 'after the final norm', label: l10n.t('after final norm') }] : []),
  ],
  rows: metrics.map((metric) => [
    metricLabel(metric),
    misses.raw[metric],
    misses.centred[metric],
    ...(misses.normed ? [misses.normed[metric]] : []),
  ]),
});

export const examplesTable = ({ examples }: Pick<RoundTripResult, 'examples'>, tokenOf: TokenOf): DataTable => ({
  isList: true,
  columns: [
    tokenColumn(),
    { key: 'becomes', label: l10n.t('becomes') },
    { key: 'dot product', label: l10n.t('dot product'), print: size },
  ],
  rows: examples.map(({ id, text, becomes }) => [tokenOf({ id, text }), tokenOf(becomes), becomes.value]),
});

export const tenthsTable = ({ winsBySizeDecile }: TargetSizeResult): DataTable => ({
  columns: [
    { key: 'tenth by size', label: l10n.t('tenth by size, from the smallest') },
    { key: 'share of the wins', label: l10n.t('share of the directions'), print: (value) => percent(100 * value) },
  ],
  rows: winsBySizeDecile.map((value, tenth) => [tenth + 1, value]),
});

export const winnersTable = ({ top }: TargetSizeResult, tokenOf: TokenOf): DataTable => ({
  isList: true,
  columns: [
    rankColumn,
    tokenColumn(),
    { key: 'size', label: l10n.t('size'), print: size },
    { key: 'wins', label: l10n.t('wins') },
  ],
  rows: top.map((entry, row) => [row + 1, tokenOf(entry), entry.size, entry.wins]),
});

const changes: readonly (readonly [keyof SoftmaxShiftResult, () => Label])[] = [
  ['probabilityChange', () => ({ key: 'probability', label: l10n.t('probability') })],
  ['distanceChange', () => ({ key: 'distance between rows', label: l10n.t('distance between rows') })],
  ['sizeChange', () => ({ key: 'size of a row', label: l10n.t('size of a row') })],
  ['cosineChange', () => ({ key: 'cosine between rows', label: l10n.t('cosine between rows') })],
];

export const changesTable = (result: SoftmaxShiftResult): DataTable => ({
  columns: [
    { key: 'of', label: l10n.t('of') },
    { key: 'largest change', label: l10n.t('largest change'), print: scientific },
  ],
  rows: changes.map(([key, label]) => [label(), result[key]]),
});

const entropyColumn = (): Column => ({ key: 'entropy (bits)', label: l10n.t('entropy, bits'), print: bits });
const factorColumn = (): Column => ({ key: 'factor', label: l10n.t('factor'), print: String });

export const lengthTable = ({ hiddenSize, scales, beforeNorm, afterNorm }: LengthResult): DataTable => ({
  columns: [
    factorColumn(),
    {
      key: 'before the norm: largest change of a probability',
      label: l10n.t('before the norm: largest change of a probability'),
      print: scientific,
    },
    { key: 'after the norm: ‖h‖', label: l10n.t('after it: ‖h‖'), print: bits },
    entropyColumn(),
    ...pairs.map((pair) => ({
      key: `overlap ${pair}`,
      label: l10n.t('overlap: {0}', pairName(pair)),
      print: (value: number) => fixed(value, 1),
    })),
  ],
  rows: scales.map((scale, step) => [
    scale,
    beforeNorm[step] ?? null,
    scale * hiddenSize,
    afterNorm[step]?.entropy ?? null,
    ...pairs.map((pair) => afterNorm[step]?.overlap[pair] ?? null),
  ]),
});

/** What comes first at each scale. */
export const firstsTable = ({ hiddenSize, scales, afterNorm }: LengthResult, tokenOf: TokenOf): DataTable => {
  const first = (list: readonly LabEntry[] | undefined): Cell => (list?.[0] ? tokenOf(list[0]) : null);
  return {
    columns: [
      factorColumn(),
      { key: '‖h‖', label: '‖h‖', print: bits, minor: true },
      { ...entropyColumn(), minor: true },
      { key: 'first by dot product', label: l10n.t('by dot product') },
      { key: 'probability', label: l10n.t('probability'), print: probability, minor: true },
      { key: 'first by cosine', label: l10n.t('by cosine') },
      { key: 'first by distance', label: l10n.t('by distance') },
    ],
    rows: scales.map((scale, step) => {
      const after = afterNorm[step];
      return [
        scale,
        scale * hiddenSize,
        after?.entropy ?? null,
        first(after?.top),
        after?.top[0]?.value ?? null,
        first(after?.nearest.cosine),
        first(after?.nearest.euclidean),
      ];
    }),
  };
};

export const sizesTable = ({ steps }: BetweenResult): DataTable => ({
  columns: [
    { key: 't', label: 't', print: share },
    { key: 'size, straight', label: l10n.t('size, straight'), print: size },
    { key: 'size, along the sphere', label: l10n.t('size, along the sphere'), print: size },
  ],
  rows: steps.map(({ t, straight, sphere }) => [t, straight.size, sphere.size]),
});

export type Way = 'straight' | 'sphere';

/** What is near at each step, and what would follow. */
export const wayTable = ({ steps }: BetweenResult, way: Way, tokenOf: TokenOf): DataTable => ({
  columns: [
    { key: 't', label: 't', print: share },
    { key: 'size', label: l10n.t('size'), print: size, minor: true },
    { key: 'nearest by distance', label: l10n.t('by distance') },
    { key: 'nearest by cosine', label: l10n.t('by cosine') },
    { key: 'nearest by dot product', label: l10n.t('by dot product') },
    { key: 'predicted', label: l10n.t('predicted') },
    { key: 'probability', label: l10n.t('probability'), print: probability, minor: true },
  ],
  rows: steps.map((step) => {
    const { size: length, nearest, predicted } = step[way];
    const first = (list: readonly LabEntry[]): Cell => (list[0] ? tokenOf(list[0]) : null);
    return [
      step.t,
      length,
      first(nearest.euclidean),
      first(nearest.cosine),
      first(nearest.dot),
      first(predicted),
      predicted[0]?.value ?? null,
    ];
  }),
});

export const anglesTable = ({ angle, gainFolded }: TiedResult): DataTable => ({
  columns: [
    { key: 'between', label: l10n.t('angle between') },
    { key: 'smallest (degrees)', label: l10n.t('smallest'), print: degrees },
    { key: 'mean (degrees)', label: l10n.t('mean'), print: degrees },
    { key: 'largest (degrees)', label: l10n.t('largest'), print: degrees },
  ],
  rows: [
    [{ key: 'input and output', label: l10n.t('input and output vector') }, angle.min, angle.mean, angle.max],
    ...(gainFolded
      ? [
          [
            { key: 'input and output with the gain', label: l10n.t('the same, gain folded in') },
            gainFolded.angle.min,
            gainFolded.angle.mean,
            gainFolded.angle.max,
          ],
        ]
      : []),
  ],
});

export const widestTable = (most: readonly LabEntry[], tokenOf: TokenOf): DataTable =>
  entriesTable(most, { key: 'angle (degrees)', label: l10n.t('angle'), print: degrees }, tokenOf);

export const longestTable = ({ longest }: ExtremesResult, tokenOf: TokenOf): DataTable =>
  entriesTable(longest, { key: 'size', label: l10n.t('size'), print: size }, tokenOf);
export const shortestTable = ({ shortest }: ExtremesResult, tokenOf: TokenOf): DataTable =>
  entriesTable(shortest, { key: 'size', label: l10n.t('size'), print: size }, tokenOf);
export const nearMeanTable = ({ nearMean }: ExtremesResult, tokenOf: TokenOf): DataTable =>
  entriesTable(nearMean, { key: 'distance to the mean row', label: l10n.t('distance'), print: size }, tokenOf);

/** Each token with the number of its group. */
export const duplicatesTable = ({ duplicates }: ExtremesResult, tokenOf: TokenOf): DataTable => ({
  isList: true,
  columns: [
    { key: 'group', label: l10n.t('group'), print: count },
    tokenColumn(),
    { key: 'size', label: l10n.t('size'), print: size },
  ],
  rows: duplicates.flatMap((group, index) =>
    group.map((id) => tokenOf({ id, text: `#${id}` })).map((token) => [index + 1, token, token.size]),
  ),
});

export const unreachableTable = ({ unreachable }: ExtremesResult, tokenOf: TokenOf): DataTable => ({
  isList: true,
  columns: [{ key: 'id', label: l10n.t('id'), print: String }, tokenColumn()],
  rows: unreachable.map((entry) => [entry.id, tokenOf(entry)]),
});
