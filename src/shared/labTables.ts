import type { Label } from './columns';
import { bits, count, degrees, fixed, percent, plain, probability, scientific, size } from './format';
import {
  type BetweenResult,
  type Experiment,
  type Experiments,
  type ExtremesResult,
  type LabEntry,
  type LabResult,
  type LengthResult,
  type MetricPair,
  pairs,
  type RoundTripResult,
  type RulersResult,
  type SoftmaxShiftResult,
  type TargetSizeResult,
  type TiedResult,
  type UntrainedResult,
  type UntrainedToken,
} from './lab';
import { type LabColumn, type ResultTable, tableParts, type NamedTokenOf } from './labColumns';
import { type Metric, metricColumn, metricFacts, metrics } from './metrics';
import { listedInWords, type Translator } from './translator';
import { reachWords } from './untrainedWords';

export const pairNameIn = (pair: MetricPair, l10n: Translator): string =>
  listedInWords(
    (pair.split('-') as Metric[]).map((metric) => metricFacts[metric].words(l10n).name),
    l10n,
  );

/** What the experiment with the shift of all rows compares. */
export const shiftChanges = (
  l10n: Translator,
): readonly (Label & { readonly of: Exclude<keyof SoftmaxShiftResult, 'ids'> })[] => [
  { of: 'probabilityChange', key: 'probability', label: l10n.t('probability') },
  { of: 'distanceChange', key: 'distance between rows', label: l10n.t('distance between rows') },
  { of: 'sizeChange', key: 'size of a row', label: l10n.t('size of a row') },
  { of: 'cosineChange', key: 'cosine between rows', label: l10n.t('cosine between rows') },
];

/** The tokens of an untied model with the largest angles; of a tied one those with the gain folded in. */
export const widestAngles = ({ tied, most, gainFolded }: TiedResult): readonly LabEntry[] =>
  tied ? (gainFolded?.most ?? []) : most;

/** The tables of each experiment, in the order in which they are drawn. */
export function labTablesIn(l10n: Translator, tokenOf: NamedTokenOf) {
  const { sizeColumn, tokenList, ranked, entryList, sortedList, firstToken } = tableParts(l10n, tokenOf);
  const metricLabel = (metric: Metric): Label => ({
    key: metricColumn[metric],
    label: metricFacts[metric].words(l10n).name,
  });
  const share = (value: number): string => percent(100 * value);

  const agreement = ({ lists, overlap, rbo, sample }: RulersResult) =>
    [
      {
        order: 'agreement',
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
          { key: pair, label: pairNameIn(pair, l10n) },
          overlap[pair],
          rbo[pair],
          ...(sample.size > 0 ? [sample.overlap[pair], sample.rbo[pair]] : []),
        ]),
      },
      ...metrics.map((metric) =>
        entryList(metricFacts[metric].words(l10n).list, lists[metric], { ...metricLabel(metric), print: size }),
      ),
    ] as const;

  const roundTrip = ({ tried, misses, examples }: RoundTripResult) =>
    [
      {
        title: l10n.t('Do not come back, of {0}', count(tried)),
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
      },
      tokenList(
        l10n.t('Tokens that come back as another, by dot product'),
        examples,
        [
          { key: 'becomes', label: l10n.t('becomes') },
          { key: 'dot product', label: l10n.t('dot product'), print: size },
        ],
        ({ becomes }) => [tokenOf(becomes), becomes.value],
      ),
    ] as const;

  const targetSize = ({ winsBySizeDecile, top }: TargetSizeResult) =>
    [
      {
        order: 'tenths',
        columns: [
          { key: 'tenth by size', label: l10n.t('tenth by size, from the smallest') },
          { key: 'share of the wins', label: l10n.t('share of the directions'), print: share },
        ],
        rows: winsBySizeDecile.map((value, tenth) => [tenth + 1, value]),
      },
      ranked(
        tokenList(
          l10n.t('Tokens that win most'),
          top,
          [sizeColumn, { key: 'wins', label: l10n.t('wins') }],
          (entry) => [entry.size, entry.wins],
        ),
      ),
    ] as const;

  const softmaxShift = (result: SoftmaxShiftResult) =>
    [
      {
        order: 'changes',
        columns: [
          { key: 'of', label: l10n.t('of') },
          { key: 'largest change', label: l10n.t('largest change'), print: scientific },
        ],
        rows: shiftChanges(l10n).map(({ of, ...label }) => [label, result[of]]),
      },
    ] as const;

  const factor: LabColumn = { key: 'factor', label: l10n.t('factor'), print: plain };
  const entropy: LabColumn = { key: 'entropy (bits)', label: l10n.t('entropy, bits'), print: bits };
  const length = ({ hiddenSize, scales, beforeNorm, afterNorm }: LengthResult) =>
    [
      {
        order: 'lengths',
        columns: [
          factor,
          {
            key: 'before the norm: largest change of a probability',
            label: l10n.t('before the norm: largest change of a probability'),
            print: scientific,
          },
          { key: 'after the norm: ‖h‖', label: l10n.t('after it: ‖h‖'), print: bits },
          entropy,
          ...pairs.map((pair) => ({
            key: `overlap ${pair}`,
            label: l10n.t('overlap: {0}', pairNameIn(pair, l10n)),
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
      },
      {
        title: l10n.t('First tokens at each factor, after the norm'),
        columns: [
          factor,
          { key: '‖h‖', label: '‖h‖', print: bits, minor: true },
          { ...entropy, minor: true },
          { key: 'first by dot product', label: metricFacts.dot.words(l10n).by },
          { key: 'probability', label: l10n.t('probability'), print: probability, minor: true },
          { key: 'first by cosine', label: metricFacts.cosine.words(l10n).by },
          { key: 'first by distance', label: metricFacts.euclidean.words(l10n).by },
        ],
        rows: scales.map((scale, step) => {
          const after = afterNorm[step];
          return [
            scale,
            scale * hiddenSize,
            after?.entropy ?? null,
            firstToken(after?.top),
            after?.top[0]?.value ?? null,
            firstToken(after?.nearest.cosine),
            firstToken(after?.nearest.euclidean),
          ];
        }),
      },
    ] as const;

  const t: LabColumn = { key: 't', label: 't', print: (value) => fixed(value, 2) };
  /** The nearest tokens and the prediction at each step of a path. */
  const pathOf = ({ steps }: BetweenResult, path: 'straight' | 'sphere', name: string): ResultTable => ({
    title: l10n.t('Nearest tokens and prediction at each step, {0}', name),
    columns: [
      t,
      { ...sizeColumn, minor: true },
      ...metrics.map((metric) => ({
        key: `nearest by ${metricColumn[metric]}`,
        label: metricFacts[metric].words(l10n).by,
      })),
      { key: 'predicted', label: l10n.t('predicted') },
      { key: 'probability', label: l10n.t('probability'), print: probability, minor: true },
    ],
    rows: steps.map((step) => {
      const { size: own, nearest, predicted } = step[path];
      return [
        step.t,
        own,
        ...metrics.map((metric) => firstToken(nearest[metric])),
        firstToken(predicted),
        predicted[0]?.value ?? null,
      ];
    }),
  });
  const between = (result: BetweenResult) =>
    [
      {
        order: 'sizes',
        columns: [
          t,
          { key: 'size, straight', label: l10n.t('size, straight'), print: size },
          { key: 'size, along the sphere', label: l10n.t('size, along the sphere'), print: size },
        ],
        rows: result.steps.map(({ t: at, straight, sphere }) => [at, straight.size, sphere.size]),
      },
      pathOf(result, 'straight', l10n.t('straight')),
      pathOf(result, 'sphere', l10n.t('along the sphere')),
    ] as const;

  const tied = (result: TiedResult) => {
    const { tied, angle, gainFolded } = result;
    const degree: LabColumn = { key: 'angle (degrees)', label: l10n.t('angle'), print: degrees };
    const gained = l10n.t('Largest angle, gain folded in');
    return [
      {
        order: 'angles',
        columns: [
          { key: 'between', label: l10n.t('angle between') },
          { key: 'smallest (degrees)', label: l10n.t('smallest'), print: degrees },
          { key: 'mean (degrees)', label: l10n.t('mean'), print: degrees },
          { key: 'largest (degrees)', label: l10n.t('largest'), print: degrees },
        ],
        rows: [
          { key: 'input and output', label: l10n.t('input and output vector'), of: angle },
          ...(gainFolded
            ? [
                {
                  key: 'input and output with the gain',
                  label: l10n.t('the same, gain folded in'),
                  of: gainFolded.angle,
                },
              ]
            : []),
        ].map(({ of, ...name }) => [name, of.min, of.mean, of.max]),
      },
      entryList(tied ? gained : l10n.t('Largest angle'), widestAngles(result), degree),
      entryList(gained, tied ? [] : (gainFolded?.most ?? []), degree),
    ] as const;
  };

  const extremes = ({ longest, shortest, nearMean, duplicates, unreachable }: ExtremesResult) => {
    const equal = duplicates.flatMap((ids, index) => ids.map((id) => ({ id, text: `#${id}`, group: index + 1 })));
    const groups = tokenList(l10n.t('Equal rows, in groups'), equal, [sizeColumn], (entry) => [tokenOf(entry).size]);
    return [
      sortedList(l10n.t('Largest'), longest, sizeColumn),
      sortedList(l10n.t('Smallest'), shortest, sizeColumn),
      sortedList(l10n.t('Nearest to the mean row'), nearMean, {
        key: 'distance to the mean row',
        label: l10n.t('distance'),
      }),
      {
        ...groups,
        columns: [{ key: 'group', label: l10n.t('group'), print: count }, ...groups.columns],
        rows: groups.rows.map((row, index) => [equal[index]?.group ?? null, ...row]),
      },
      {
        title: l10n.t('No text produces these tokens'),
        isList: true,
        columns: [
          { key: 'id', label: l10n.t('id'), print: String },
          { key: 'token', label: l10n.t('token') },
        ],
        rows: unreachable.map((entry) => [entry.id, tokenOf(entry)]),
      },
    ] as const;
  };

  const untrained = ({ found, bound, nearest, control }: UntrainedResult) => {
    /** Control tokens are what these are about, so they are no lists in which such tokens can be hidden. */
    const list = (title: string, tokens: readonly UntrainedToken[]): ResultTable => ({
      ...tokenList(
        title,
        tokens,
        [
          { key: 'id', label: l10n.t('id'), print: String, minor: true },
          sizeColumn,
          { key: 'smaller (%)', label: l10n.t('smaller'), print: (value) => percent(value), minor: true },
          { key: 'cosine', label: l10n.t('cosine'), print: (value) => fixed(value, 3) },
          { key: 'place', label: l10n.t('place'), print: count },
          { key: 'made by', label: l10n.t('made by'), minor: true },
        ],
        ({ id, size: own, percentile, cosine, rank, reach }) => [
          ...[id, own, percentile, cosine, rank],
          { key: reach, label: reachWords(reach, l10n) },
        ],
      ),
      isList: false,
    });
    return [
      list(
        l10n.t('Nearest to the reference: from a cosine of {0} up, tokens point the same way', fixed(bound, 3)),
        nearest,
      ),
      list(l10n.t('Control tokens'), control),
      {
        columns: [
          { key: 'made by', label: l10n.t('made by') },
          { key: 'tokens that point as the reference does', label: l10n.t('tokens'), print: count },
        ],
        rows: (['control', 'text', 'unreachable', 'partial'] as const).map((reach) => [
          { key: reach, label: reachWords(reach, l10n) },
          found[reach],
        ]),
      },
    ] as const;
  };

  return {
    rulers: agreement,
    'one-length': agreement,
    'round-trip': roundTrip,
    'target-size': targetSize,
    'softmax-shift': softmaxShift,
    length,
    between,
    tied,
    extremes,
    untrained,
  };
}

/** The tables of a result. */
export function labTablesOf<E extends Experiment>(
  { name, result }: LabResult<E>,
  l10n: Translator,
  tokenOf: NamedTokenOf,
): readonly ResultTable[] {
  const all: { readonly [N in Experiment]: (found: Experiments[N]['result']) => readonly ResultTable[] } = labTablesIn(
    l10n,
    tokenOf,
  );
  return all[name](result);
}
