import * as l10n from '@vscode/l10n';
import { scientific } from '../../../shared/format';
import type { SoftmaxShiftResult } from '../../../shared/lab';
import { Marks, marksHeight } from '../charts/marks';
import type { ResultProps } from '../context';
import { summaryOf } from '../findings/all';
import { Figure } from '../figure';
import { changesTable } from './tables';

/** From below what float64 can tell apart to more than any vector's size. */
const domain = [1e-18, 1e3] as const;

export function SoftmaxShift({ result, context }: ResultProps<SoftmaxShiftResult>) {
  const table = changesTable(result);
  const marks = table.rows.flatMap(([of, value]) =>
    typeof of === 'object' && of && 'label' in of && typeof value === 'number'
      ? [{ label: of.label, value, text: scientific(value) }]
      : [],
  );
  return (
    <>
      <Figure
        part="changes"
        title={l10n.t('Largest change of each, log scale')}
        summary={summaryOf({ name: 'softmax-shift', result }, context.state)}
        table={table}
        context={context}
        height={() => marksHeight(marks.length)}
      >
        {(width) => (
          <Marks
            width={width}
            marks={marks}
            domain={domain}
            guide={{ value: Number.EPSILON, text: l10n.t('rounding of float64') }}
          />
        )}
      </Figure>
      <p class="note">
        {l10n.t(
          'Probabilities and sizes over the whole vocabulary; distances and cosines between 2,000 rows spread over it, each with the next. What is exactly 0 stands at the left end.',
        )}
      </p>
    </>
  );
}
