import * as l10n from '@vscode/l10n';
import { capitalised } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { pending } from '../parts/awaited';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { positionFinding } from './angles';
import { Learned, learnedFinding } from './learned';
import { RotaryPosition } from './rotary';

function Body(props: SectionProps) {
  const { state, act } = props;
  const { model, text, position, journey } = state;
  if (model?.trunk?.position !== 'learned') return <RotaryPosition {...props} />;
  const learned = journey?.position === position ? journey?.learned : null;
  if (!learned || !journey || !text || position === null) return <Pending>{pending(state)}</Pending>;
  return <Learned learned={learned} journey={journey} position={position} positions={text.tokens.length} act={act} />;
}

/** Why there is nothing to draw of a model that has positions; null if there is. */
const withoutPlainAngles = ({ model }: Pick<PanelState, 'model'>): string | null =>
  model?.trunk?.position === 'rotary' && model.trunk.rotary === null
    ? l10n.t(
        'The angles can be drawn only if every layer turns positions by one simple formula. This model scales its frequencies, or changes them between layers.',
      )
    : null;

/** The position in the model: how far rotary pairs turn, or the vector that was learned for it. */
export const positionSection: Section = {
  id: 'position',
  title: () => capitalised(l10n.t('position')),
  isFolded: true,
  shown: ({ model, text, position: at }) => Boolean(model?.trunk) && text !== null && at !== null,
  missing: withoutPlainAngles,
  finding: (state) => (state.model?.trunk?.position === 'learned' ? learnedFinding(state) : positionFinding(state)),
  Controls: ChosenPlace,
  Body,
};
