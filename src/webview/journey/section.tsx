import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import { pending } from '../parts/awaited';
import { useInSight } from '../parts/sight';
import { withoutLayers } from '../parts/unknown';
import { Behind } from '../picture/behind';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { Charts } from './charts';
import { journeyFinding } from './finding';
import { LeadingTokens } from './leaders/leaders';
import { Lens } from './lens/lens';
import { LensBehind } from './lens/table';
import { journeyTable } from './table';

function Body(props: SectionProps) {
  const { state, act } = props;
  const { journey, run, text, model, position } = state;
  const ref = useInSight<HTMLDivElement>((journey) => act.see({ journey }));
  const [lit, setLit] = useState<number | null>(null);
  if (!run || !text || !model?.trunk)
    return (
      <div ref={ref}>
        <Pending>{waiting(props)}</Pending>
      </div>
    );
  const { layers, parallel = false, logitCap } = model.trunk;
  const known = journey && journey.residualSize.length > 0 ? journey : null;
  const shared = { ...props, run, text, vocabularyRows: model.vocabulary, lit, onLight: setLit };
  return (
    <div ref={ref}>
      <div class="journey-columns">
        {known ? (
          <Charts journey={known} chosen={chosenId(state)} capped={logitCap !== undefined} {...shared} />
        ) : (
          <Pending>{waiting(props)}</Pending>
        )}
        <Lens layers={layers} isParallel={parallel} {...shared} />
      </div>
      {position !== null && position < run.length && <LeadingTokens position={position} {...shared} />}
      {known && (
        <Behind
          name="journey"
          title={l10n.t('One position, layer by layer')}
          table={() => ({
            ...journeyTable(known),
            name: 'journey-table folding',
            row: (residual) => ({ class: residual === lit ? 'lit' : undefined }),
          })}
          act={act}
        />
      )}
      {position !== null && <LensBehind layers={layers} position={position} {...shared} />}
    </div>
  );
}

/** Why there are no charts. */
function waiting({ state }: SectionProps): string {
  const { position, run } = state;
  if (run && position !== null && position >= run.length)
    return l10n.t('The model did not read this token, so it has no journey.');
  return pending(state);
}

export const journey: Section = {
  id: 'journey',
  title: () => l10n.t('Journey'),
  shown: ({ model, text }) => Boolean(model?.trunk ?? model?.server) && text !== null,
  missing: withoutLayers,
  finding: journeyFinding,
  Controls: ChosenPlace,
  Body,
};
