import * as l10n from '@vscode/l10n';
import { degrees } from '../../../shared/format';
import type { AngleSummary, TiedResult } from '../../../shared/lab';
import { Ranges, rangesHeight } from '../charts/ranges';
import type { ResultProps } from '../context';
import { summaryOf } from '../findings/all';
import { Figure } from '../figure';
import { TokenList } from '../list';
import { anglesTable, widestTable } from './tables';

export function Tied({ result, context }: ResultProps<TiedResult>) {
  const { tied, angle, most, gainFolded } = result;
  const rangeOf = (label: string, of: AngleSummary) => ({ label, ...of, text: l10n.t('mean {0}', degrees(of.mean)) });
  const ranges = [
    rangeOf(tied ? l10n.t('input and output vector: one and the same') : l10n.t('input and output vector'), angle),
    ...(gainFolded ? [rangeOf(l10n.t('the same, gain folded in'), gainFolded.angle)] : []),
  ];
  const widest = tied ? (gainFolded?.most ?? []) : most;
  return (
    <div class="lab-chart-list">
      <Figure
        part="angles"
        title={l10n.t('Angle between a token’s two vectors: mean, and from smallest to largest')}
        summary={summaryOf({ name: 'tied', result }, context.state)}
        table={anglesTable(result)}
        context={context}
        height={() => rangesHeight(ranges.length)}
      >
        {(width) => <Ranges ranges={ranges} width={width} />}
      </Figure>
      {widest.length > 0 && (
        <TokenList
          title={tied ? l10n.t('Widest apart, gain folded in') : l10n.t('Widest apart')}
          table={widestTable(widest, context.tokenOf)}
          context={context}
        />
      )}
    </div>
  );
}
