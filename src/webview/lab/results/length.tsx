import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import { fixed, powerOfTen } from '../../../shared/format';
import { type LengthResult, pairs } from '../../../shared/lab';
import { Curves, curvesHeight, type Curve } from '../charts/curves';
import type { ResultContext, ResultProps } from '../context';
import { summaryOf } from '../findings/all';
import { pairName } from '../findings/agreement';
import { Figure } from '../figure';
import { Table } from '../table';
import { firstsTable, lengthTable } from './tables';

const factors = [0.01, 0.1, 1, 10];
const kinds = ['first', 'second', 'third'] as const;

interface ChartProps {
  readonly part: string;
  readonly title: string;
  readonly summary: string;
  readonly result: LengthResult;
  readonly context: ResultContext;
  readonly curves: readonly Curve[];
  readonly y: Parameters<typeof Curves>[0]['y'];
}

const Chart = ({ part, title, summary, result, context, curves, y }: ChartProps) => (
  <Figure
    part={part}
    title={title}
    summary={summary}
    table={lengthTable(result)}
    context={context}
    height={(width) => curvesHeight(width, curves.length)}
  >
    {(width) => (
      <Curves
        width={width}
        at={result.scales}
        curves={curves}
        x={{ log: true, ticks: factors, print: String, name: l10n.t('factor, log scale') }}
        y={y}
        now={{ at: 1, name: l10n.t('as it is') }}
      />
    )}
  </Figure>
);

export function Length({ result, context }: ResultProps<LengthResult>) {
  const { beforeNorm, afterNorm } = result;
  const summary = summaryOf({ name: 'length', result }, context.state);
  const entropies = afterNorm.map(({ entropy }) => entropy);
  const highest = Math.max(Math.ceil((max(entropies) ?? 1) / 4) * 4, 4);
  const title = l10n.t('What comes first at each factor, after the norm');
  return (
    <>
      <div class="lab-charts">
        <Chart
          part="overlap"
          title={l10n.t('After the norm: share of the first ten that two rulers have in common')}
          summary={summary}
          result={result}
          context={context}
          curves={pairs.map((pair, index) => ({
            name: pairName(pair),
            kind: kinds[index] ?? 'third',
            values: afterNorm.map(({ overlap }) => overlap[pair]),
          }))}
          y={{ domain: [0, 1], ticks: [0, 0.5, 1], print: (value) => fixed(value, 1) }}
        />
        <Chart
          part="entropy"
          title={l10n.t('After the norm: entropy of the prediction, bits')}
          summary={summary}
          result={result}
          context={context}
          curves={[{ name: l10n.t('entropy'), kind: 'first', values: entropies }]}
          y={{ domain: [0, highest], ticks: [0, highest / 2, highest], print: (value) => fixed(value, 0) }}
        />
        <Chart
          part="before"
          title={l10n.t('Before the norm: largest change of a probability, log scale')}
          summary={summary}
          result={result}
          context={context}
          curves={[
            {
              name: l10n.t('largest change'),
              kind: 'first',
              values: beforeNorm.map((value) => (value > 0 ? Math.max(value, 1e-12) : null)),
            },
          ]}
          y={{
            log: true,
            domain: [1e-12, 1],
            ticks: [1e-12, 1e-8, 1e-4, 1],
            print: (value) => powerOfTen(Math.round(Math.log10(value))),
          }}
        />
      </div>
      {beforeNorm.includes(0) && (
        <p class="note">
          {l10n.t('Where nothing changes at all a log scale has no place: there the line is interrupted.')}
        </p>
      )}
      <div class="lab-list">
        <h3>{title}</h3>
        <Table
          table={firstsTable(result, context.tokenOf)}
          label={title}
          chosen={context.chosen}
          onChoose={(id) => context.act.post({ type: 'chooseToken', id })}
        />
      </div>
    </>
  );
}
