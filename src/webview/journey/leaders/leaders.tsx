import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import type { TextView } from '../../../shared/place';
import { pending } from '../../parts/awaited';
import { placeName } from '../../parts/place';
import { useRemembered } from '../../parts/remembered';
import { useInSight } from '../../parts/sight';
import { Toggles } from '../../parts/toggles';
import { useWidth } from '../../parts/width';
import { Behind } from '../../picture/behind';
import { Pending, type SectionProps } from '../../section';
import { chosenId } from '../../store';
import { LeadersChart, type Measure } from './chart';
import { leadersTable, leadersRows } from './table';

interface LeadersProps extends SectionProps {
  readonly text: TextView;
  readonly position: number;
  /** Rows of the unembedding. */
  readonly vocabularyRows: number;
  readonly lit: number | null;
  readonly onLight: (layer: number | null) => void;
}

/** Every token that is the likeliest in some row of the lens, at the chosen position. */
export function LeadingTokens({ text, position, vocabularyRows, lit, onLight, state, view, act }: LeadersProps) {
  const { leaders } = state;
  const { ref: measured, width } = useWidth<HTMLDivElement>();
  const [isInSight, setInSight] = useState(false);
  const [measure, setMeasure] = useRemembered<Measure>('leaders by', 'probability');
  const sight = useInSight<HTMLDivElement>(setInSight);
  const between = view.lensBetween;
  useEffect(() => {
    act.see({ leaders: isInSight ? { between } : null });
    return () => act.see({ leaders: null });
  }, [isInSight, between]);
  const title = l10n.t('Leading tokens, layer by layer');
  const choose = (id: number): void => act.post({ type: 'chooseAxis', axis: { kind: 'token', id } });
  return (
    <div class="leaders" ref={sight} data-fact="leaders">
      <div class="leaders-top">
        <h3 id="leaders-title">{title}</h3>
        <Toggles
          label={l10n.t('Height of the lines')}
          options={[
            ['probability', l10n.t('probability')],
            ['rank', l10n.t('rank')],
          ]}
          value={measure}
          onChoose={setMeasure}
        />
        <button type="button" class="text-link" onClick={() => act.goTo('vectorscope')}>
          {l10n.t('Go to the vectorscope')}
        </button>
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
          <div class="leaders-room">
            <Pending>{pending(state)}</Pending>
          </div>
        )}
      </div>
      <p class="note">
        {measure === 'probability'
          ? l10n.t(
              'One line for each token that some layer would predict here ({0}), by its probability after every layer. Its name stands over its peak. Click a name to make its vector the axis of the vectorscope.',
              placeName(text, position),
            )
          : l10n.t(
              'One line for each token that some layer would predict here ({0}), by its rank after every layer: log scale, first at the top. Its name stands over its highest probability. Click a name to make its vector the axis of the vectorscope.',
              placeName(text, position),
            )}
      </p>
      {leaders && (
        <Behind
          name="leaders"
          title={title}
          table={() => ({ ...leadersTable(leaders), name: 'leaders-table' })}
          copied={() => [leadersRows(leaders)]}
          act={act}
        />
      )}
    </div>
  );
}
