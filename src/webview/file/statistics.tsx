import * as l10n from '@vscode/l10n';
import type { TensorStatistics, TensorView } from '../../shared/contents';
import { capitalised, count, percent, scientific } from '../../shared/format';
import type { Actions } from '../actions';
import { Button } from '../controls';
import { Bar, NoticeLine } from '../parts/progress';
import { Figure } from '../picture/chart';
import { HistogramChart } from '../picture/histogram';
import { type FileFact, shareWords } from './facts';
import { FileFacts } from './filter';

interface StatisticsProps {
  readonly name: string;
  /** What was asked about the tensor; undefined if nothing, or if that was stopped. */
  readonly view: TensorView | undefined;
  readonly act: Actions;
}

/** The numbers of one tensor, which are read on request. */
export function Statistics({ name, view, act }: StatisticsProps) {
  const measure = () => act.post({ type: 'measureTensor', name });
  if (view === undefined) return <Button onPress={measure}>{l10n.t('Read Its Numbers')}</Button>;
  switch (view.kind) {
    case 'reading':
      return (
        <>
          <NoticeLine kind="working" said={l10n.t('Reading the numbers of {0}', name)}>
            <Button onPress={() => act.post({ type: 'stopTensor', name })}>{l10n.t('Stop')}</Button>
          </NoticeLine>
          <Bar fraction={view.fraction} />
        </>
      );
    case 'failed':
      return (
        <NoticeLine kind="failed" said={view.message}>
          <Button onPress={measure}>{l10n.t('Try Again')}</Button>
        </NoticeLine>
      );
    case 'read':
      return <Numbers name={name} statistics={view.statistics} />;
  }
}

function Numbers({ name, statistics }: { readonly name: string; readonly statistics: TensorStatistics }) {
  const { count: many, least, most, mean, standardDeviation, zeros, rows } = statistics;
  const numbers: readonly (readonly [name: string, label: string, number: number])[] = [
    ['least', l10n.t('Minimum'), least],
    ['most', l10n.t('Maximum'), most],
    ['mean', capitalised(l10n.t('mean')), mean],
    ['deviation', l10n.t('Standard deviation'), standardDeviation],
  ];
  const facts: readonly FileFact[] = [
    { name: 'numbers', label: l10n.t('Numbers'), value: count(many), raw: many },
    ...numbers.map(([fact, label, number]) => ({ name: fact, label, value: scientific(number), raw: number })),
    {
      name: 'zeros',
      label: capitalised(l10n.t('zeros')),
      value: zeros === 0 ? percent(0, 0) : shareWords(zeros),
      raw: zeros,
    },
  ];
  return (
    <div class="columns tensor-numbers">
      <FileFacts facts={facts} />
      {rows && <RowSizes name={name} rows={rows} />}
    </div>
  );
}

interface RowSizesProps {
  readonly name: string;
  readonly rows: NonNullable<TensorStatistics['rows']>;
}

/** How large the rows of a matrix are. */
function RowSizes({ name, rows: { count: many, least, most, mean, histogram } }: RowSizesProps) {
  const said = l10n.t(
    '{0} rows with sizes from {1} to {2}, {3} on average',
    count(many),
    scientific(least),
    scientific(most),
    scientific(mean),
  );
  return (
    <div class="tensor-rows">
      <p class="quiet">{said}</p>
      {least < most && (
        <Figure>
          {(width) => (
            <HistogramChart
              title={l10n.t('Sizes of the rows of {0}', name)}
              width={width}
              histogram={histogram}
              height={70}
              below={36}
              axis={l10n.t('size of a row')}
            />
          )}
        </Figure>
      )}
    </div>
  );
}
