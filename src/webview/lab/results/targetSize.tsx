import * as l10n from '@vscode/l10n';
import { percent } from '../../../shared/format';
import type { TargetSizeResult } from '../../../shared/lab';
import { Columns, columnsHeight } from '../charts/columns';
import type { ResultProps } from '../context';
import { summaryOf } from '../findings/all';
import { Figure } from '../figure';
import { TokenList } from '../list';
import { tenthsTable, winnersTable } from './tables';

export function TargetSize({ result, context }: ResultProps<TargetSizeResult>) {
  const { winsBySizeDecile } = result;
  return (
    <div class="lab-chart-list">
      <Figure
        part="tenths"
        title={l10n.t('Share of the directions that each tenth of the tokens wins')}
        summary={summaryOf({ name: 'target-size', result }, context.state)}
        table={tenthsTable(result)}
        context={context}
        height={() => columnsHeight}
      >
        {(width) => (
          <Columns
            width={width}
            values={winsBySizeDecile}
            print={(value) => percent(100 * value)}
            ends={[l10n.t('smallest tenth'), l10n.t('largest tenth')]}
            axis={l10n.t('tokens by size')}
            even={{ value: 1 / winsBySizeDecile.length, text: l10n.t('an even share') }}
          />
        )}
      </Figure>
      <TokenList
        title={l10n.t('Those that win most')}
        table={winnersTable(result, context.tokenOf)}
        context={context}
      />
    </div>
  );
}
