import * as l10n from '@vscode/l10n';
import { range } from 'd3-array';
import { count, plain, scientific, powerOfTen } from '../../../shared/format';
import { type SoftmaxShiftResult, usual } from '../../../shared/lab';
import { shiftChanges } from '../../../shared/labColumns';
import { labTablesIn } from '../../../shared/labTables';
import { filled } from '../../parts/words';
import { LabRows } from '../figure';
import { type NumberOption, NumberOptions, seed, optionValue } from '../options';
import type { ExperimentPage } from '../page';

export const softmaxShiftPage: ExperimentPage<'softmax-shift'> = {
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
  Options: (props) => <NumberOptions options={[shift, seed]} {...props} />,
  options: (draft, state) => ({ size: optionValue(shift, draft, state), seed: optionValue(seed, draft, state) }),
  askedWith: (options) => l10n.t('Settings: a vector of size {0}, seed {1}.', plain(options.size), options.seed),
  finding: (result) => [softmaxShiftFinding(result)],
  inShort: ({ probabilityChange, cosineChange }) => [
    probabilityChange > rounding
      ? l10n.t('probabilities change by up to {0}', scientific(probabilityChange))
      : l10n.t('probabilities stay the same; cosines change by up to {0}', scientific(cosineChange)),
  ],
  Result: ({ result, context }) => (
    <>
      <LabRows
        part="changes"
        title={l10n.t('Largest change of each, log scale')}
        table={labTablesIn(l10n, context.tokenOf)['softmax-shift'](result)[0]}
        context={context}
        rows={shiftChanges(l10n).map(({ label, of }) => ({ label, value: result[of], text: scientific(result[of]) }))}
        mark="dot"
        log
        domain={domain}
        ticks={range(-18, 4, 6).map((exponent) => 10 ** exponent)}
        print={(tick) => powerOfTen(Math.round(Math.log10(tick)))}
        guide={{ value: Number.EPSILON, text: l10n.t('rounding of float64') }}
      />
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
