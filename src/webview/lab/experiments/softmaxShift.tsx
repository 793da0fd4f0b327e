import * as l10n from '@vscode/l10n';
import { count, plain, scientific } from '../../../shared/format';
import { type SoftmaxShiftResult, usual } from '../../../shared/lab';
import type { Label } from '../../parts/columns';
import { filled } from '../../parts/words';
import { Marks, marksHeight } from '../charts/marks';
import type { DataTable } from '../data';
import { Figure } from '../figure';
import { type NumberOption, Numbers, seed, valueOf } from '../options';
import type { ExperimentPage } from '../page';

export const softmaxShift: ExperimentPage<'softmax-shift'> = {
  texts: () => ({
    title: l10n.t('A shift that softmax cannot see'),
    question: l10n.t('What changes when one vector is added to every output row?'),
    claim: l10n.t(
      'Adding one random vector to all output rows moves all logits by the same amount. Probabilities stay the same, and so do distances between rows. Sizes and cosines change, so a raw cosine depends on the origin.',
    ),
  }),
  exceptionOfCap: (logitCap) =>
    l10n.t(
      'This model soft-caps its logits at {0}, so a shift of all logits does change its probabilities.',
      count(logitCap),
    ),
  Options: (props) => <Numbers options={[shift, seed]} {...props} />,
  options: (draft, state) => ({ size: valueOf(shift, draft, state), seed: valueOf(seed, draft, state) }),
  askedWith: (options) => l10n.t('Settings: a vector of size {0}, seed {1}.', plain(options.size), options.seed),
  finding: (result) => [softmaxShiftFinding(result)],
  inShort: ({ probabilityChange, cosineChange }) => [
    probabilityChange > rounding
      ? l10n.t('probabilities change by up to {0}', scientific(probabilityChange))
      : l10n.t('probabilities stay the same; cosines change by up to {0}', scientific(cosineChange)),
  ],
  tables: (result) => [changesTable(result)],
  Result: ({ result, context }) => (
    <>
      <Figure
        part="changes"
        title={l10n.t('Largest change of each, log scale')}
        table={changesTable(result)}
        context={context}
        height={() => marksHeight(changes.length)}
      >
        {(width) => (
          <Marks
            width={width}
            marks={changes.map(([key, label]) => ({
              label: label().label,
              value: result[key],
              text: scientific(result[key]),
            }))}
            domain={domain}
            guide={{ value: Number.EPSILON, text: l10n.t('rounding of float64') }}
          />
        )}
      </Figure>
      <p class="note">
        {l10n.t(
          'Probabilities and sizes cover the whole vocabulary. Distances and cosines compare 2,000 rows spread over it, each with the next. A change of exactly 0 is drawn at the left end.',
        )}
      </p>
    </>
  ),
};

/** The size of the vector that is added, model units. */
const shift: NumberOption = {
  key: 'shift',
  label: () => l10n.t('size of the vector'),
  range: { least: 0.001, most: 1000, isFraction: true },
  initial: usual.shift,
};

/** From less than float64 can resolve to more than the size of any vector. */
const domain = [1e-18, 1e3] as const;
/** Sums of a few thousand products in float64 differ by less. */
const rounding = 1e-9;
/** A smaller change of a cosine is hardly a change. */
const noticeable = 0.01;

const atMost = (change: number): string => (change === 0 ? '0' : l10n.t('at most {0}', scientific(change)));

function softmaxShiftFinding(result: SoftmaxShiftResult): string {
  const { probabilityChange, distanceChange, sizeChange, cosineChange } = result;
  const isSeen = probabilityChange > rounding || distanceChange > rounding;
  return filled(
    isSeen
      ? l10n.t(
          'Probabilities change by {0} and distances by {1}. This is more than rounding, so this model sees the shift. Sizes change by up to {2}, cosines by up to {3}.',
        )
      : cosineChange < noticeable
        ? l10n.t(
            'Probabilities change by {0} and distances by {1}. This is only rounding. The vector is so small that sizes change by at most {2} and cosines by at most {3}.',
          )
        : l10n.t(
            'Probabilities change by {0} and distances by {1}. This is only rounding. Sizes change by up to {2} and cosines by up to {3}, so a raw cosine depends on the origin.',
          ),
    atMost(probabilityChange),
    atMost(distanceChange),
    scientific(sizeChange),
    scientific(cosineChange),
  ).join('');
}

const changes: readonly (readonly [Exclude<keyof SoftmaxShiftResult, 'ids'>, () => Label])[] = [
  ['probabilityChange', () => ({ key: 'probability', label: l10n.t('probability') })],
  ['distanceChange', () => ({ key: 'distance between rows', label: l10n.t('distance between rows') })],
  ['sizeChange', () => ({ key: 'size of a row', label: l10n.t('size of a row') })],
  ['cosineChange', () => ({ key: 'cosine between rows', label: l10n.t('cosine between rows') })],
];

const changesTable = (result: SoftmaxShiftResult): DataTable => ({
  order: 'changes',
  columns: [
    { key: 'of', label: l10n.t('of') },
    { key: 'largest change', label: l10n.t('largest change'), print: scientific },
  ],
  rows: changes.map(([key, label]) => [label(), result[key]]),
});
