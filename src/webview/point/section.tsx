import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import { candidatesOf, type Contrast } from '../../shared/contrasts';
import { size } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { awaited } from '../parts/awaited';
import { Sentence } from '../parts/text';
import { sentence, type Words } from '../parts/words';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { PointPicture } from './picture';
import { PointTable } from './table';
import {
  agreementDetail,
  agreementLead,
  contrastDetail,
  contrastLead,
  contrastWhy,
  neighboursLead,
  surpriseWords,
} from './words';

/** One position where distance, angle and dot product disagree: the sentence, the picture and the numbers. */
function Example({
  contrast,
  number,
  many,
  onNext,
  props: { state, act },
}: {
  readonly contrast: Contrast;
  /** Its number among the examples, from 1, and how many there are. */
  readonly number: number;
  readonly many: number;
  readonly onNext: () => void;
  readonly props: SectionProps;
}) {
  const chosen = chosenId(state);
  const surprise = surpriseWords(contrast, state.text?.tokens[contrast.position + 1]?.id);
  return (
    <div class="point-example" data-position={contrast.position} data-parting={contrast.parting}>
      <h3 class="point-lead">
        <Sentence words={contrastLead(contrast)} />
      </h3>
      <p class="point-detail">
        <Sentence words={contrastDetail(contrast)} />
      </p>
      <PointPicture contrast={contrast} summary={sentence(contrastLead(contrast))} />
      <PointTable contrast={contrast} chosen={chosen} onChoose={(id) => act.post({ type: 'chooseToken', id })} />
      <p class="note">{formula(contrast)}</p>
      <p class="point-why">
        <Sentence words={contrastWhy(contrast)} /> {surprise && <Sentence words={surprise} />}
      </p>
      <p class="point-actions">
        <button
          type="button"
          class="text-link"
          onClick={() => act.post({ type: 'choosePosition', position: contrast.position })}
        >
          {l10n.t('Show me in the text')}
        </button>
        {many > 1 && (
          <button type="button" class="text-link" onClick={onNext}>
            {l10n.t('Next example ({0} of {1})', (number % many) + 1, many)}
          </button>
        )}
      </p>
    </div>
  );
}

const formula = (contrast: Contrast): string =>
  candidatesOf(contrast).some(({ bias }) => bias !== 0)
    ? l10n.t('logit = ‖h‖ × length × cos(angle) + bias. ‖h‖ is the length of h, {0}.', size(contrast.hiddenSize))
    : l10n.t('logit = ‖h‖ × length × cos(angle). ‖h‖ is the length of h, {0}.', size(contrast.hiddenSize));

function Body(props: SectionProps) {
  const { contrasts, neighbours } = props.state;
  const [at, setAt] = useState(0);
  useEffect(() => setAt(0), [contrasts]);
  if (contrasts?.kind === 'part') {
    const { examples } = contrasts;
    const contrast = examples[at % examples.length];
    if (contrast)
      return (
        <Example
          contrast={contrast}
          number={(at % examples.length) + 1}
          many={examples.length}
          onNext={() => {
            const next = (at + 1) % examples.length;
            setAt(next);
            props.act.post({ type: 'choosePosition', position: examples[next]?.position ?? 0 });
            props.act.goTo('point');
          }}
          props={props}
        />
      );
  }
  const said = contrasts?.kind === 'agree' ? agreementLead() : neighbours ? neighboursLead(neighbours) : null;
  const wait = contrasts ? null : awaited(props.state, l10n.t('Load the model to see where its rulers disagree.'));
  return (
    <div class="point-example">
      {said && (
        <h3 class="point-lead">
          <Sentence words={said} />
        </h3>
      )}
      {contrasts?.kind === 'agree' && (
        <p class="point-detail">
          <Sentence words={agreementDetail(contrasts.reason)} />
        </p>
      )}
      {wait !== null && <Pending>{wait}</Pending>}
    </div>
  );
}

/** Nothing beside the title: the sentence stands in the body, where it belongs to the example. */
const finding = (): Words => [];

/** Where distance, angle and dot product disagree in this text. */
export const point: Section = {
  id: 'point',
  title: () => l10n.t('The point'),
  shown: ({ model, text }: PanelState) => model !== null && text !== null,
  finding,
  Body,
};
