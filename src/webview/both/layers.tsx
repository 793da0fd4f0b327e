import * as l10n from '@vscode/l10n';
import { areUnrelated } from '../../shared/bothFacts';
import { haveSameResiduals } from '../journey/residualPair';
import { ResidualCharts } from '../journey/twoResiduals';
import { placeAmong } from '../parts/place';
import { Pending, type Section, type SectionProps } from '../section';
import { bothPending } from './names';
import { bothLayersFinding } from './sectionFindings';

function Body({ state, act }: SectionProps) {
  const { position, rows } = state.both;
  if (!position) return <Pending>{bothPending(state)}</Pending>;
  if (haveSameResiduals(position)) return <Pending>{l10n.t('There is no difference to draw.')}</Pending>;
  const [a, b] = position.residualSize;
  return a.length === b.length ? (
    <ResidualCharts
      residuals={areUnrelated(rows) ? { ...position, residualAngle: null } : position}
      name="both-layers"
      title={l10n.t('Two models, layer by layer')}
      table={{
        summary: l10n.t('Layers as a table'),
        label: l10n.t('Copy the layers as a table'),
      }}
      act={act}
    />
  ) : (
    <Pending>{l10n.t('The models have different numbers of layers, so layers cannot be compared one by one.')}</Pending>
  );
}

const Controls = ({ state: { text, position } }: SectionProps) =>
  text && position !== null ? <span class="small quiet">{placeAmong(text, position)}</span> : null;

export const bothLayers: Section = {
  id: 'both-layers',
  title: () => l10n.t('By layer'),
  shown: ({ both }) => both.text?.kind === 'same',
  finding: bothLayersFinding,
  Controls,
  Body,
};
