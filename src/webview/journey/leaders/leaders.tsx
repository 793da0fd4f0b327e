import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import { copiedCell, type DataRows } from '../../../shared/columns';
import { probability } from '../../../shared/format';
import type { Leaders, LensStep } from '../../../shared/layers';
import type { TextView } from '../../../shared/place';
import { pending } from '../../parts/awaited';
import type { TableData } from '../../parts/columns';
import { shortStep, stepCells, stepName } from '../../parts/layers';
import { placeName } from '../../parts/place';
import { useRemembered } from '../../parts/remembered';
import { useInSight } from '../../parts/sight';
import { TextLink } from '../../parts/text';
import { Toggles } from '../../parts/toggles';
import { useWidth } from '../../parts/width';
import { Behind } from '../../picture/behind';
import { Pending, type SectionProps } from '../../section';
import { chosenId } from '../../store';
import { LeadersChart, type LeaderMeasure, leads, peakOf } from './chart';

/** Every token in every row, for the clipboard. */
export const leadersRows = ({ rows, tokens }: Leaders): DataRows => [
  ['layer', 'after', 'token', 'id', 'probability', 'rank'],
  ...rows.flatMap((step, row) =>
    tokens.map(({ token, probability: shares, rank }) =>
      [...stepCells(step), token, token.id, shares[row], rank[row]].map((cell) => copiedCell(cell)),
    ),
  ),
];

/** The rows in which a token leads: `in, 2–9`. */
const spans = (rows: readonly LensStep[], runs: ReturnType<typeof leads>): string =>
  runs
    .map(([from, to]) => {
      const [first, last] = [rows[from], rows[to]];
      if (!first || !last) return '';
      return from === to ? shortStep(first) : `${shortStep(first)}–${shortStep(last)}`;
    })
    .join(', ');

/** Where each token leads, and its peak. */
export const leadersTable = ({ rows, tokens }: Leaders): TableData<Leaders['tokens'][number]> => ({
  columns: [
    { head: l10n.t('token'), value: ({ token }) => token },
    { head: l10n.t('first at layer'), value: (leader) => spans(rows, leads(leader)) },
    {
      head: l10n.t('highest probability'),
      value: (leader) => leader.probability[peakOf(leader)],
      print: probability,
    },
    { head: l10n.t('reached'), draw: (leader) => stepName(rows[peakOf(leader)] as LensStep) },
  ],
  rows: tokens,
});

interface LeadersProps extends SectionProps {
  readonly text: TextView;
  readonly position: number;
  /** Rows of the unembedding. */
  readonly vocabularyRows: number;
  readonly lit: number | null;
  readonly onLight: (layer: number | null) => void;
}

export const leadersTitle = (): string => l10n.t('Leading tokens, layer by layer');

/** Every token that is the likeliest in some row of the lens, at the chosen position. */
export function LeadingTokens({ text, position, vocabularyRows, lit, onLight, state, view, act }: LeadersProps) {
  const { leaders } = state;
  const { ref: measured, width } = useWidth<HTMLDivElement>();
  const [isInSight, setInSight] = useState(false);
  const [measure, setMeasure] = useRemembered<LeaderMeasure>('leaders by', 'probability');
  const sight = useInSight<HTMLDivElement>(setInSight);
  const between = view.lensBetween;
  useEffect(() => {
    act.see({ leaders: isInSight ? { between } : null });
    return () => act.see({ leaders: null });
  }, [isInSight, between]);
  const choose = (id: number): void => act.post({ type: 'chooseAxis', axis: { kind: 'token', id } });
  return (
    <div class="leaders" ref={sight} data-fact="leaders">
      <div class="row small">
        <Toggles
          label={l10n.t('Height of the lines')}
          options={[
            ['probability', l10n.t('probability')],
            ['rank', l10n.t('rank')],
          ]}
          value={measure}
          onChoose={setMeasure}
        />
        <TextLink class="text-link at-end" onClick={() => act.goTo('vectorscope')}>
          {l10n.t('Go to the vectorscope')}
        </TextLink>
      </div>
      <div ref={measured}>
        {leaders && width > 0 ? (
          <LeadersChart
            leaders={leaders}
            measure={measure}
            width={width}
            vocabulary={vocabularyRows}
            chosen={chosenId(state)}
            lit={lit}
            onLight={onLight}
            onChoose={choose}
          />
        ) : (
          <Pending>{pending(state)}</Pending>
        )}
      </div>
      <p class="note">
        {l10n.t(
          'One line for each token that some layer would predict here ({0}), with its name over its highest probability. Ranks have a log scale, the first at the top. Click a name to make its vector the axis of the vectorscope.',
          placeName(text, position),
        )}
      </p>
      {leaders && (
        <Behind
          name="leaders"
          title={leadersTitle()}
          table={() => ({ ...leadersTable(leaders), name: 'leaders-table' })}
          copied={() => [leadersRows(leaders)]}
        />
      )}
    </div>
  );
}
