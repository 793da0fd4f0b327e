import * as l10n from '@vscode/l10n';
import type { TensorStatistics, TensorView } from '../../shared/contents';
import { capitalised, count, percent, raw, scientific } from '../../shared/format';
import type { Actions } from '../actions';
import { Button } from '../controls';
import { Bar } from '../parts/progress';
import { Figure } from '../picture/chart';
import { HistogramChart } from '../picture/histogram';
import { shareWords } from './words';

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
          <p class="notice" data-notice="working">
            <span class="notice-text" role="status">
              {l10n.t('Reading the numbers of {0}', name)}
            </span>
            <Button onPress={() => act.post({ type: 'stopTensor', name })}>{l10n.t('Stop')}</Button>
          </p>
          <Bar fraction={view.fraction} />
        </>
      );
    case 'failed':
      return (
        <p class="notice" data-notice="failed">
          <span class="notice-text" role="alert">
            {view.message}
          </span>
          <Button onPress={measure}>{l10n.t('Try Again')}</Button>
        </p>
      );
    case 'read':
      return <Numbers name={name} statistics={view.statistics} />;
  }
}

function Numbers({ name, statistics }: { readonly name: string; readonly statistics: TensorStatistics }) {
  const { count: many, least, most, mean, standardDeviation, zeros, rows } = statistics;
  const facts: readonly (readonly [name: string, label: string, value: string, number: number])[] = [
    ['numbers', l10n.t('Numbers'), count(many), many],
    ['least', l10n.t('Minimum'), scientific(least), least],
    ['most', l10n.t('Maximum'), scientific(most), most],
    ['mean', capitalised(l10n.t('mean')), scientific(mean), mean],
    ['deviation', l10n.t('Standard deviation'), scientific(standardDeviation), standardDeviation],
    ['zeros', capitalised(l10n.t('zeros')), zeros === 0 ? percent(0, 0) : shareWords(zeros), zeros],
  ];
  return (
    <div class="columns tensor-numbers">
      <dl class="tiles file-facts">
        {facts.map(([fact, label, value, number]) => (
          <div key={fact}>
            <dt>{label}</dt>
            <dd data-fact={fact} data-value={raw(number)}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
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
