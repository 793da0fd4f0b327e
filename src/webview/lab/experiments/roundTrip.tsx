import * as l10n from '@vscode/l10n';
import { count, percent } from '../../../shared/format';
import { rangesOf, type RoundTripResult, usual } from '../../../shared/lab';
import { labTablesIn } from '../../../shared/labTables';
import { type ByMetric, type Metric, metrics } from '../../../shared/metrics';
import type { Column } from '../../parts/columns';
import { metricLabel } from '../../parts/metrics';
import { Table } from '../../parts/table';
import { Toggles } from '../../parts/toggles';
import { filled } from '../../parts/words';
import { SavePicture } from '../../picture/save';
import { countOf, type Draft, type NumberOption, NumberOptions } from '../options';
import type { ExperimentPage, ResultProps } from '../page';
import { TokenList } from '../table';

export const roundTripPage: ExperimentPage<'round-trip'> = {
  texts: () => ({
    title: l10n.t('Round trip'),
    question: l10n.t('Does a token’s own vector lead back to it, with no layers between?'),
    claim: l10n.t(
      'Each token’s vector is compared directly with all output rows. A token comes back if it is the best match for its own vector.',
    ),
  }),
  exceptionOfBias: () => l10n.t('This model adds a bias to each logit. The experiment leaves it out.'),
  Options: (props) => (
    <>
      <Toggles
        label={l10n.t('Tokens to try')}
        options={[
          ['sample', l10n.t('sample')],
          ['whole', l10n.t('whole vocabulary')],
        ]}
        value={isWhole(props.draft) ? 'whole' : 'sample'}
        onChoose={(choice) => props.set({ [wholeKey]: choice === 'whole' })}
      />
      {!isWhole(props.draft) && <NumberOptions options={[sampleSize]} {...props} />}
    </>
  ),
  options: (draft, state) => (isWhole(draft) ? {} : { sample: countOf(sampleSize, draft, state) }),
  finding: (result, _, { model }) => [roundTripFinding(result, model?.tied ?? true)],
  inShort: ({ tried, misses: { raw } }) => [
    raw.dot === 0
      ? l10n.t('all of {0} do, by dot product', count(tried))
      : l10n.t('{0} of {1} do not, by dot product', count(raw.dot), count(tried)),
  ],
  Result: RoundTrip,
};

/** The key of the choice between a sample and the whole vocabulary, which takes minutes where it is large. */
const wholeKey = 'whole';
const isWhole = (draft: Draft): boolean => draft[wholeKey] === true;
const sampleSize: NumberOption = {
  key: 'tried',
  label: () => l10n.t('tokens, evenly spaced'),
  range: rangesOf('round-trip').sample,
  initial: usual.tried,
};

/**
 * The template of a sentence about the tokens tried, those that do not come back when centred, and those that do not.
 * With one matrix a row can only lose to a larger one by dot product: q·w > q·q needs ‖w‖ > ‖q‖. With two, the row that
 * wins may as well be better aligned.
 */
function byDotProduct(lost: number, tried: number, tied: boolean): string {
  if (lost === 0) return l10n.t('By dot product, all {0} tokens come back.');
  const said = l10n.t('By dot product, {2} of {0} tokens do not come back. When centred, it is {1} of {0}.');
  return tied && lost >= tried / 2 ? `${said} ${l10n.t('A larger vector wins.')}` : said;
}

function roundTripFinding({ tried, misses }: RoundTripResult, tied: boolean): string {
  const { raw, centred, normed } = misses;
  const missed = ({ euclidean, cosine }: ByMetric<number>) => [count(euclidean), count(cosine)] as const;
  const all = [
    filled(byDotProduct(raw.dot, tried, tied), count(tried), count(centred.dot), count(raw.dot)).join(''),
    l10n.t('Not found first: {0} by distance, {1} by cosine.', ...missed(raw)),
  ];
  if (normed)
    all.push(
      l10n.t(
        'After the final norm: {0} by distance, {1} by cosine, {2} by dot product.',
        ...missed(normed),
        count(normed.dot),
      ),
    );
  return all.join(' ');
}

/** Names the part of the result that follows from the definition, so that nobody takes it for a discovery. */
export const whyTied = (tied: boolean): string | null =>
  tied
    ? l10n.t(
        'This model uses one matrix for input and output. By raw distance and by cosine, a token can therefore lose only to a duplicate of its row. The experiment tests the dot product and the final norm.',
      )
    : null;

/** A table of the misses, with a bar in each cell for their share of the tokens tried. */
function RoundTrip({ result, context }: ResultProps<RoundTripResult>) {
  const { misses, tried } = result;
  const { tokenOf, state } = context;
  const [{ title }, examples] = labTablesIn(l10n, tokenOf)['round-trip'](result);
  const caption = l10n.t('A full bar means every token that was tried.');
  const why = whyTied(state.model?.tied ?? false);
  const share = (space: string, head: string, missed: ByMetric<number>): Column<Metric> => ({
    head,
    value: (metric) => missed[metric],
    cell: (metric) => ({
      'data-metric': metric,
      'data-space': space,
      title: percent((100 * missed[metric]) / tried),
    }),
    draw: (metric) => (
      <>
        <span class={missed[metric] * 20 > tried ? 'strong' : ''}>{count(missed[metric])}</span>
        {missed[metric] > 0 && (
          <span class="bar" style={{ width: `${((100 * missed[metric]) / tried).toFixed(2)}%` }} />
        )}
      </>
    ),
  });
  const columns: readonly Column<Metric>[] = [
    { head: title, value: metricLabel, names: true },
    share('raw', l10n.t('raw'), misses.raw),
    share('centred', l10n.t('centred'), misses.centred),
    ...(misses.normed ? [share('normed', l10n.t('after final norm'), misses.normed)] : []),
  ];
  return (
    <div class="columns wide">
      <div>
        <div data-picture="lab-round-trip-misses">
          <Table columns={columns} rows={metrics} name="fixed lab-misses" label={title} />
        </div>
        <div class="spread">
          <p class="note">{caption}</p>
          <SavePicture of="lab-round-trip-misses" title={title} caption={caption} />
        </div>
        {why !== null && <p class="note">{why}</p>}
      </div>
      {examples.rows.length > 0 && <TokenList table={examples} context={context} />}
    </div>
  );
}
