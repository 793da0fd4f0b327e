import * as l10n from '@vscode/l10n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { candidatesOf, type Contrast } from '../../shared/contrasts';
import { sizeOfH } from '../../shared/format';
import { inDocument } from '../../shared/inDocument';
import { takesApart } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { awaited } from '../parts/awaited';
import { copiedRows } from '../parts/columns';
import { Copy, CopyFigures } from '../parts/copy';
import { placeName } from '../parts/place';
import { useIntoSight } from '../parts/sight';
import { Table } from '../parts/table';
import { Sentence, TextLink } from '../parts/text';
import { sentence, type Words, words } from '../parts/words';
import { ArrowsPicture } from '../picture/arrowsPicture';
import { SavePicture } from '../picture/save';
import { Pending, type Section, type SectionProps, type SurfaceProps } from '../section';
import { chosenId, isElsewhere } from '../store';
import { aroundHidden, hiddenWords } from './around';
import {
  agreementDetail,
  agreementLead,
  contrastDetail,
  contrastLead,
  contrastWhy,
  distancesAlike,
  neighboursLead,
  surpriseWords,
  isAwaited,
  shownExample,
} from './pointWords';
import { pointTable } from './table';

/** The sentences of one example. */
function wordsOf(contrast: Contrast, { text }: PanelState) {
  const isRepeated = (text?.tokens.filter(({ id }) => id === contrast.after.id).length ?? 0) > 1;
  const surprise = surpriseWords(contrast, text?.tokens[contrast.position + 1]?.id);
  return {
    lead: contrastLead(contrast, text && isRepeated ? placeName(text, contrast.position) : null),
    detail: contrastDetail(contrast),
    why: [...contrastWhy(contrast), ...(surprise ? [' ', ...surprise] : [])],
  };
}

/** Classes of the sentences below the first. */
const detailed = 'said readable above';

interface ExampleProps extends SurfaceProps {
  readonly examples: readonly Contrast[];
  /** Index of the example that is shown. */
  readonly at: number;
  /** False while its position is about to be chosen. */
  readonly isSettled: boolean;
  readonly onNext: () => void;
}

/** One position where distance, angle and dot product disagree: the sentence, the picture and the numbers. */
function Example({ examples, at, isSettled, onNext, state, act }: ExampleProps) {
  const chosen = chosenId(state);
  const contrast = examples[at] as Contrast;
  const { lead, detail, why } = wordsOf(contrast, state);
  const many = examples.length;
  /** The candidate that was chosen in the table. */
  const named = isElsewhere(state) && candidatesOf(contrast).find(({ token }) => token.id === chosen)?.token;
  return (
    <div class="point-example" data-position={contrast.position} data-parting={contrast.parting}>
      <h3 class="lead point-lead">
        <Sentence words={lead} />
      </h3>
      <p class={detailed}>
        <Sentence words={detail} />
      </p>
      <p class="row point-actions">
        <Place contrast={contrast} isSettled={isSettled} state={state} act={act} />
        {many > 1 && (
          <>
            <span class="quiet">{l10n.t('Example {0} of {1}', at + 1, many)}</span>
            <TextLink onClick={onNext}>{l10n.t('Next example')}</TextLink>
          </>
        )}
        {named && (
          <TextLink onClick={() => act.goTo('token')}>
            <Sentence words={words(l10n.t('Show {0} in Token'), named)} />
          </TextLink>
        )}
        {/* What is copied says the position that the other rooms show. Until that is this one, its place stays empty. */}
        {(!isSettled || state.position === contrast.position) && (
          <span class={isSettled ? 'row at-end' : 'row at-end spare'}>
            <Copy name={title()} tables={() => [copiedRows(pointTable(contrast))]} />
            <SavePicture of="point" title={title()} caption={sentence(lead)} />
            <CopyFigures whats={['predictions']} state={state} />
          </span>
        )}
      </p>
      <ArrowsPicture
        name="point"
        around={aroundHidden(contrast)}
        first={contrast.predicted.token.id}
        words={hiddenWords(contrast)}
        summary={sentence(lead)}
      />
      <Table
        {...pointTable(contrast)}
        chooses
        name="point-table"
        label={l10n.t('Distance, angle, size and logit of each token')}
        chosen={chosen}
        row={(candidate) => ({
          class: candidate === contrast.predicted ? 'first' : undefined,
          'data-id': candidate.token.id,
        })}
      />
      <p class="note">{[distancesAlike(contrast), formula(contrast)].filter((said) => said !== null).join(' ')}</p>
      <p class={`${detailed} point-why`}>
        <Sentence words={why} />
      </p>
    </div>
  );
}

interface PlaceProps extends Omit<ExampleProps, 'examples' | 'at' | 'onNext'> {
  readonly contrast: Contrast;
}

/** Shows the example's token in the text. If the other rooms show another position, it says which. */
function Place({ contrast, isSettled, state: { position, text }, act }: PlaceProps) {
  const differs = isSettled && text !== null && position !== null && position !== contrast.position;
  const token = text && inDocument(text).tokens[contrast.position];
  // What a chat template or the model adds can be seen among the tokens alone.
  const isWritten = !token || token.start < token.end;
  const choose = (): void => {
    act.post({ type: 'choosePosition', position: contrast.position });
    if (!differs && !isWritten) act.goTo('tokens');
  };
  const here = isWritten ? l10n.t('Show me in the text') : l10n.t('Show me among the tokens');
  return (
    <>
      {differs && <span class="quiet">{l10n.t('The other rooms show {0}.', placeName(text, position))}</span>}
      <TextLink onClick={choose}>
        {differs ? l10n.t('Show {0} instead', placeName(text, contrast.position)) : here}
      </TextLink>
    </>
  );
}

const formula = (contrast: Contrast): string =>
  candidatesOf(contrast).some(({ bias }) => bias !== 0)
    ? l10n.t('logit = ‖h‖ × size × cos(angle) + bias. ‖h‖ is the size of h, {0}.', sizeOfH(contrast.hiddenSize))
    : l10n.t('logit = ‖h‖ × size × cos(angle). ‖h‖ is the size of h, {0}.', sizeOfH(contrast.hiddenSize));

function Body(props: SectionProps) {
  const { contrasts, neighbours, position } = props.state;
  const box = useRef<HTMLDivElement>(null);
  /** Index of the example that the user asked for, until its position is the chosen one. */
  const [next, setNext] = useState<number | null>(null);
  /** How many further examples of this text the user asked for. */
  const [asked, setAsked] = useState(0);
  const examples = contrasts?.kind === 'part' ? contrasts.examples : [];
  const shown = (next ?? shownExample(props.state) ?? 0) % Math.max(1, examples.length);
  useEffect(() => setNext(null), [contrasts, position]);
  useEffect(() => setAsked(0), [contrasts]);
  useIntoSight(box, '.point-lead', asked > 0 ? String(asked) : null, true);
  if (examples.length > 0) {
    return (
      <div ref={box}>
        <Example
          examples={examples}
          at={shown}
          isSettled={next === null}
          onNext={() => {
            const following = (shown + 1) % examples.length;
            setNext(following);
            setAsked(asked + 1);
            props.act.post({ type: 'choosePosition', position: examples[following]?.position ?? 0 });
          }}
          {...props}
        />
        {/* The focus stays on the button, so the new sentence is announced. */}
        <p class="hidden" role="status">
          {asked > 0 && sentence(wordsOf(examples[shown] as Contrast, props.state).lead)}
        </p>
      </div>
    );
  }
  if (isAwaited(props.state)) return <Awaited />;
  const said = contrasts?.kind === 'agree' ? agreementLead() : neighbours ? neighboursLead(neighbours) : null;
  const wait = contrasts ? null : awaited(props.state);
  return (
    <div class="point-example">
      {said && (
        <h3 class="lead point-lead">
          <Sentence words={said} />
        </h3>
      )}
      {contrasts?.kind === 'agree' && (
        <p class={detailed}>
          <Sentence words={agreementDetail(contrasts.reason)} />
        </p>
      )}
      {wait !== null && <Pending>{wait}</Pending>}
    </div>
  );
}

const Awaited = () => (
  <div class="point-example point-awaited">
    <Pending>{l10n.t('Looking for positions where distance, angle and dot product disagree.')}</Pending>
  </div>
);

const title = (): string => l10n.t('The point');

/** Nothing beside the title: the sentence stands in the body, where it belongs to the example. */
const finding = (): Words => [];

/** Where distance, angle and dot product disagree in this text. */
export const point: Section = {
  id: 'point',
  title,
  // Without h there are no rulers to compare; Next token says why it is not known.
  shown: ({ model, text }: PanelState) => model !== null && text !== null && (!model.server || takesApart(model)),
  finding,
  Body,
};
