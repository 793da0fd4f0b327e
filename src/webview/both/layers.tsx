import * as l10n from '@vscode/l10n';
import { areUnrelated } from '../../shared/bothFacts';
import { haveSameResiduals, ResidualCharts } from '../journey/twoResiduals';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { bothPending, bothLayersFinding } from './sectionFindings';

function BothLayersBody({ state, act }: SectionProps) {
  const { position, rows } = state.both;
  if (!position) return <Pending>{bothPending(state)}</Pending>;
  if (haveSameResiduals(position)) return <Pending>{l10n.t('There is no difference to draw.')}</Pending>;
  const [a, b] = position.residualSize;
  return a.length === b.length ? (
    <ResidualCharts
      residuals={areUnrelated(rows) ? { ...position, residualAngle: null } : position}
      name="both-layers"
      title={l10n.t('Two models, layer by layer')}
      act={act}
    />
  ) : (
    <Pending>{l10n.t('The models have different numbers of layers, so layers cannot be compared one by one.')}</Pending>
  );
}

export const bothLayers: Section = {
  id: 'both-layers',
  title: () => l10n.t('By layer'),
  isFolded: true,
  shown: ({ both }) => both.text?.kind === 'same',
  finding: bothLayersFinding,
  Controls: ChosenPlace,
  Body: BothLayersBody,
};
