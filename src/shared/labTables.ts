import type { Label } from './columns';
import { bits, count, degrees, fixed, percent, plain, probability, scientific, size } from './format';
import {
  type AngleSummary,
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
import {
  type LabColumn,
  labTable,
  type NamedTokenOf,
  pairNameIn,
  type ResultTable,
  shiftChanges,
  tableParts,
  widestAngles,
} from './labColumns';
import { type Metric, metricColumn, metricFacts, metrics } from './metrics';
import type { Translator } from './translator';
import { reachWords } from './untrainedWords';

/** The tables of each experiment, in the order in which they are drawn. */
export function labTablesIn(l10n: Translator, tokenOf: NamedTokenOf) {
  const { tokenColumn, sizeColumn, tokenList, ranked, entryList, sortedList, firstToken } = tableParts(l10n, tokenOf);
  const metricLabel = (metric: Metric): Label => ({
    key: metricColumn[metric],
    label: metricFacts[metric].words(l10n).name,
  });
  const share = (value: number): string => percent(100 * value);
  const of = (name: string, which: string): string => l10n.t('{0}, {1}', name, which);
  const mean = l10n.t('mean of the sample');
  const gained = (name: string): string => of(name, l10n.t('gain folded in'));

  const agreement = ({ lists, overlap, rbo, sample }: RulersResult) => {
    const shareColumn = (key: string, head: string, value: LabColumn<MetricPair>['value']) => ({
      ...{ key, head, value, print: share },
    });
    const agreed = labTable({ order: 'agreement' }, pairs, [
      { key: 'pair', head: l10n.t('pair'), value: (pair) => ({ key: pair, label: pairNameIn(pair, l10n) }) },
      shareColumn('overlap', l10n.t('overlap'), (pair) => overlap[pair]),
      shareColumn('rank-biased overlap', l10n.t('rank-biased overlap'), (pair) => rbo[pair]),
      ...(sample.size > 0
        ? [
            shareColumn('overlap, mean of the sample', of(l10n.t('overlap'), mean), (pair) => sample.overlap[pair]),
            shareColumn(
              'rank-biased overlap, mean of the sample',
              of(l10n.t('rank-biased overlap'), mean),
              (pair) => sample.rbo[pair],
            ),
          ]
        : []),
    ]);
    const nearest = metrics.map((metric) => {
      const { list, name } = metricFacts[metric].words(l10n);
      return entryList(list, lists[metric], { key: metricColumn[metric], head: name, print: size });
    });
    return [agreed, ...nearest] as const;
  };

  const roundTrip = ({ tried, misses: { raw, centred, normed }, examples }: RoundTripResult) =>
    [
      labTable({ title: l10n.t('Do not come back, of {0}', count(tried)) }, metrics, [
        { key: 'by', head: l10n.t('by'), value: metricLabel },
        { key: 'raw', head: l10n.t('raw'), value: (metric) => raw[metric] },
        { key: 'centred', head: l10n.t('centred'), value: (metric) => centred[metric] },
        ...(normed
          ? [
              {
                ...{ key: 'after the final norm', head: l10n.t('after final norm') },
                value: (metric: Metric) => normed[metric],
              },
            ]
          : []),
      ]),
      tokenList(l10n.t('Tokens that come back as another, by dot product'), examples, [
        tokenColumn,
        { key: 'becomes', head: l10n.t('becomes'), value: ({ becomes }) => tokenOf(becomes) },
        { key: 'dot product', head: l10n.t('dot product'), value: ({ becomes }) => becomes.value, print: size },
      ]),
    ] as const;

  const targetSize = ({ winsBySizeDecile, top }: TargetSizeResult) =>
    [
      labTable({ order: 'tenths' }, winsBySizeDecile, [
        { key: 'tenth by size', head: l10n.t('tenth by size, from the smallest'), value: (_, tenth) => tenth + 1 },
        { key: 'share of the wins', head: l10n.t('share of the directions'), value: (wins) => wins, print: share },
      ]),
      ranked(l10n.t('Tokens that win most'), top, [
        sizeColumn,
        { key: 'wins', head: l10n.t('wins'), value: ({ wins }) => wins },
      ]),
    ] as const;

  const softmaxShift = (result: SoftmaxShiftResult) =>
    [
      labTable({ order: 'changes' }, shiftChanges(l10n), [
        { key: 'of', head: l10n.t('of'), value: (change) => change },
        { key: 'largest change', head: l10n.t('largest change'), value: ({ of }) => result[of], print: scientific },
      ]),
    ] as const;

  const length = ({ hiddenSize, scales, beforeNorm, afterNorm }: LengthResult) => {
    const steps = scales.map((scale, step) => ({ scale, before: beforeNorm[step] ?? null, after: afterNorm[step] }));
    type Step = (typeof steps)[number];
    const factor: LabColumn<Step> = {
      ...{ key: 'factor', head: l10n.t('factor'), value: ({ scale }) => scale, print: plain },
    };
    const norm = { value: ({ scale }: Step) => scale * hiddenSize, print: bits };
    const entropy: LabColumn<Step> = {
      ...{
        key: 'entropy (bits)',
        head: of(l10n.t('entropy'), l10n.t('bits')),
        value: ({ after }) => after?.entropy ?? null,
      },
      print: bits,
    };
    return [
      labTable({ order: 'lengths' }, steps, [
        factor,
        {
          key: 'before the norm: largest change of a probability',
          head: l10n.t('before the norm: largest change of a probability'),
          value: ({ before }) => before,
          print: scientific,
        },
        { key: 'after the norm: ‖h‖', head: l10n.t('after it: ‖h‖'), ...norm },
        entropy,
        ...pairs.map((pair): LabColumn<Step> => ({
          key: `overlap ${pair}`,
          head: l10n.t('overlap: {0}', pairNameIn(pair, l10n)),
          value: ({ after }) => after?.overlap[pair] ?? null,
          print: (value) => fixed(value, 1),
        })),
      ]),
      labTable({ title: l10n.t('First tokens at each factor, after the norm') }, steps, [
        factor,
        { key: '‖h‖', head: '‖h‖', ...norm, isMinor: true },
        { ...entropy, isMinor: true },
        {
          key: 'first by dot product',
          head: metricFacts.dot.words(l10n).by,
          value: ({ after }) => firstToken(after?.top),
        },
        {
          ...{ key: 'probability', head: l10n.t('probability'), isMinor: true },
          ...{ value: ({ after }) => after?.top[0]?.value ?? null, print: probability },
        },
        ...(['cosine', 'euclidean'] as const).map((metric): LabColumn<Step> => ({
          key: `first by ${metricColumn[metric]}`,
          head: metricFacts[metric].words(l10n).by,
          value: ({ after }) => firstToken(after?.nearest[metric]),
        })),
      ]),
    ] as const;
  };

  const between = ({ steps }: BetweenResult) => {
    type Step = BetweenResult['steps'][number];
    const t: LabColumn<Step> = { key: 't', head: 't', value: (step) => step.t, print: (value) => fixed(value, 2) };
    /** The nearest tokens and the prediction at each step of a path. */
    const pathOf = (path: 'straight' | 'sphere', name: string) =>
      labTable({ title: l10n.t('Nearest tokens and prediction at each step, {0}', name) }, steps, [
        t,
        { key: 'size', head: l10n.t('size'), value: (step) => step[path].size, print: size, isMinor: true },
        ...metrics.map((metric): LabColumn<Step> => ({
          key: `nearest by ${metricColumn[metric]}`,
          head: metricFacts[metric].words(l10n).by,
          value: (step) => firstToken(step[path].nearest[metric]),
        })),
        { key: 'predicted', head: l10n.t('predicted'), value: (step) => firstToken(step[path].predicted) },
        {
          ...{ key: 'probability', head: l10n.t('probability'), isMinor: true },
          ...{ value: (step) => step[path].predicted[0]?.value ?? null, print: probability },
        },
      ]);
    const paths = [
      { path: 'straight', key: 'size, straight', name: l10n.t('straight') },
      { path: 'sphere', key: 'size, along the sphere', name: l10n.t('along the sphere') },
    ] as const;
    return [
      labTable({ order: 'sizes' }, steps, [
        t,
        ...paths.map(({ path, key, name }): LabColumn<Step> => ({
          ...{ key, head: of(l10n.t('size'), name), value: (step) => step[path].size, print: size },
        })),
      ]),
      pathOf('straight', paths[0].name),
      pathOf('sphere', paths[1].name),
    ] as const;
  };

  const tied = (result: TiedResult) => {
    const { tied, angle, gainFolded } = result;
    const largest = l10n.t('Largest angle');
    const angles: readonly (Label & { readonly of: AngleSummary })[] = [
      { key: 'input and output', label: l10n.t('input and output vector'), of: angle },
      ...(gainFolded
        ? [
            {
              key: 'input and output with the gain',
              label: gained(l10n.t('input and output vector')),
              of: gainFolded.angle,
            },
          ]
        : []),
    ];
    const widest = (title: string, most: readonly LabEntry[]) =>
      entryList(title, most, { key: 'angle (degrees)', head: l10n.t('angle'), print: degrees });
    return [
      labTable({ order: 'angles' }, angles, [
        { key: 'between', head: l10n.t('angle between'), value: (row) => row },
        { key: 'smallest (degrees)', head: l10n.t('smallest'), value: ({ of }) => of.min, print: degrees },
        { key: 'mean (degrees)', head: l10n.t('mean'), value: ({ of }) => of.mean, print: degrees },
        { key: 'largest (degrees)', head: l10n.t('largest'), value: ({ of }) => of.max, print: degrees },
      ]),
      widest(tied ? gained(largest) : largest, widestAngles(result)),
      widest(gained(largest), tied ? [] : (gainFolded?.most ?? [])),
    ] as const;
  };

  const extremes = ({ longest, shortest, nearMean, duplicates, unreachable }: ExtremesResult) => {
    const equal = duplicates.flatMap((ids, index) => ids.map((id) => ({ id, text: `#${id}`, group: index + 1 })));
    const sizes = { key: 'size', head: l10n.t('size') };
    return [
      sortedList(l10n.t('Largest'), longest, sizes),
      sortedList(l10n.t('Smallest'), shortest, sizes),
      sortedList(l10n.t('Nearest to the mean row'), nearMean, {
        ...{ key: 'distance to the mean row', head: l10n.t('distance') },
      }),
      tokenList(l10n.t('Equal rows, in groups'), equal, [
        { key: 'group', head: l10n.t('group'), value: ({ group }) => group },
        tokenColumn,
        { ...sizes, value: (row) => tokenOf(row).size, print: size },
      ]),
      tokenList(l10n.t('No text produces these tokens'), unreachable, [
        { key: 'id', head: l10n.t('id'), value: ({ id }) => id, print: String },
        tokenColumn,
      ]),
    ] as const;
  };

  const untrained = ({ found, bound, nearest, control }: UntrainedResult) => {
    const reachLabel = (reach: UntrainedToken['reach']): Label => ({ key: reach, label: reachWords(reach, l10n) });
    /** Control tokens are what these are about, so they are no lists in which such tokens can be hidden. */
    const list = (title: string, tokens: readonly UntrainedToken[]) =>
      labTable({ title, isList: false }, tokens, [
        tokenColumn,
        { key: 'id', head: l10n.t('id'), value: ({ id }) => id, print: String, isMinor: true },
        sizeColumn,
        {
          ...{ key: 'smaller (%)', head: l10n.t('smaller'), isMinor: true },
          ...{ value: ({ percentile }) => percentile, print: percent },
        },
        { key: 'cosine', head: l10n.t('cosine'), value: ({ cosine }) => cosine, print: (value) => fixed(value, 3) },
        { key: 'place', head: l10n.t('place'), value: ({ rank }) => rank },
        { key: 'made by', head: l10n.t('made by'), value: ({ reach }) => reachLabel(reach), isMinor: true },
      ]);
    return [
      list(
        l10n.t('Nearest to the reference: from a cosine of {0} up, tokens point the same way', fixed(bound, 3)),
        nearest,
      ),
      list(l10n.t('Control tokens'), control),
      labTable({}, ['control', 'text', 'unreachable', 'partial'] as const, [
        { key: 'made by', head: l10n.t('made by'), value: reachLabel },
        {
          ...{ key: 'tokens that point as the reference does', head: l10n.t('tokens') },
          value: (reach) => found[reach],
        },
      ]),
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
