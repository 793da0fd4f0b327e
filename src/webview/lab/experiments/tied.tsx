import * as l10n from '@vscode/l10n';
import { degrees } from '../../../shared/format';
import type { AngleSummary, TiedResult } from '../../../shared/lab';
import { widestAngles } from '../../../shared/labColumns';
import { labTablesIn } from '../../../shared/labTables';
import { type Words, words } from '../../parts/words';
import type { LabRow } from '../charts/rows';
import type { TokenOf } from '../data';
import { LabRows } from '../figure';
import type { ExperimentPage, ResultProps } from '../page';
import { TokenList } from '../table';

export const tiedPage: ExperimentPage<'tied'> = {
  texts: () => ({
    title: l10n.t('Tied or untied'),
    question: l10n.t('Are a token’s input and output vectors the same?'),
    claim: l10n.t(
      'A tied model uses one matrix for input and output. Only the final norm’s gain still distinguishes the two, and it can be folded into the output rows.',
    ),
  }),
  options: () => ({}),
  finding: tiedFinding,
  inShort: ({ tied, angle }) => [
    tied ? l10n.t('tied: equal in every row') : l10n.t('untied: {0} apart on average', degrees(angle.mean)),
  ],
  Result: Tied,
};

const angles = ({ mean, min, max }: AngleSummary) => [degrees(mean), degrees(min), degrees(max)] as const;

/** How far apart the two vectors of a token are in an untied model. */
function untied(angle: AngleSummary): string {
  const said = l10n.t(
    'The model has two matrices. Input and output vectors are {0} apart on average ({1} to {2}).',
    ...angles(angle),
  );
  return angle.mean >= 80 ? `${said} ${l10n.t('They have almost nothing in common.')}` : said;
}

function tiedFinding(result: TiedResult, tokenOf: TokenOf): Words {
  const { tied, angle, gainFolded } = result;
  const [first] = widestAngles(result);
  const shared = l10n.t(
    'One matrix is used for input and output: every token’s input vector is also its output vector.',
  );
  if (tied && !gainFolded) return [shared];
  const said =
    tied && gainFolded
      ? `${shared} ${l10n.t(
          'With the final norm’s gain folded in, they are {0} apart on average ({1} to {2}).',
          ...angles(gainFolded.angle),
        )}`
      : untied(angle);
  return first ? [`${said} `, ...words(l10n.t('Largest angle: {0}.'), tokenOf(first))] : [said];
}

function Tied({ result, context }: ResultProps<TiedResult>) {
  const { angle, gainFolded } = result;
  const rangeOf = (label: string, { mean, min, max }: AngleSummary): LabRow => ({
    ...{ label, value: mean, text: l10n.t('mean {0}', degrees(mean)), range: [min, max] },
  });
  const rows = [
    rangeOf(l10n.t('input and output vector'), angle),
    ...(gainFolded
      ? [rangeOf(l10n.t('{0}, {1}', l10n.t('input and output vector'), l10n.t('gain folded in')), gainFolded.angle)]
      : []),
  ];
  // The axis ends at 90° or 180°.
  const last = Math.max(angle.max, gainFolded?.angle.max ?? 0) > 90 ? 180 : 90;
  const [means, ...lists] = labTablesIn(l10n, context.tokenOf).tied(result);
  return (
    <div class="columns">
      <LabRows
        part="angles"
        title={l10n.t('Angle between a token’s two vectors: mean, and from smallest to largest')}
        table={means}
        context={context}
        rows={rows}
        mark="dot"
        domain={[0, last]}
        ticks={[0, last / 3, (2 * last) / 3, last]}
        print={degrees}
      />
      {lists.map((table) => table.rows.length > 0 && <TokenList table={table} context={context} />)}
    </div>
  );
}
