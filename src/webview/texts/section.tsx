import * as l10n from '@vscode/l10n';
import { useEffect } from 'preact/hooks';
import { longestOther } from '../../shared/kept';
import { AskedField } from '../controls';
import { excerpt } from '../lab/findings';
import { pending } from '../parts/awaited';
import { tokenCount } from '../parts/numbers';
import { NoticeLine } from '../parts/progress';
import { useRemembered } from '../parts/remembered';
import { passFocus, useRoving } from '../parts/roving';
import { TokenText, TextLink } from '../parts/text';
import { visibleText } from '../parts/words';
import { SavePicture } from '../picture/save';
import { Pending, type Section, type SectionProps } from '../section';
import { drawnBoxes } from '../tokens/chips';
import { stepInRows } from '../tokens/navigation';
import { alignedTexts, chosenPlaces, partnerOf, type TextColumn, textsFinding } from './finding';

/** The other text of the guide, beside the text of the guide. */
const guide = { text: 'The capital of France is', other: 'The capital of Italy is' };

/** Characters of the other text in a sentence. */
const mostQuoted = 80;

/** Both texts above each other, position by position. */
function Strips({ state, act }: SectionProps) {
  const aligned = alignedTexts(state);
  const columns = aligned?.columns ?? [];
  const places = chosenPlaces(state)?.at;
  const isChosen = ([a, b]: TextColumn): boolean => a === places?.[0] && b === places[1];
  const roving = useRoving(columns.length, Math.max(columns.findIndex(isChosen), 0), (key, at, group) =>
    stepInRows(key, at, drawnBoxes(group)),
  );
  if (!aligned) return null;
  const { tokens, result, isEqual } = aligned;
  const choose = ([a, b]: TextColumn): void => {
    if (a !== null) act.post({ type: 'choosePosition', position: a });
    // A pair follows A’s position from then on.
    act.post({ type: 'chooseOtherPosition', position: a === null || partnerOf(result, a, 0) !== b ? b : null });
  };
  const named = ([a, b]: TextColumn) => [
    { letter: 'A', token: tokens[0][a ?? -1], current: a === places?.[0] },
    { letter: 'B', token: tokens[1][b ?? -1], current: b === places?.[1] },
  ];
  return (
    <div class="chips texts-strips" role="listbox" aria-label={l10n.t('Both texts, A above B')} {...roving.group}>
      <span class="texts-letters quiet" aria-hidden="true">
        <span>A</span>
        <span>B</span>
      </span>
      {columns.map((column, index) => (
        <button
          type="button"
          role="option"
          aria-selected={isChosen(column)}
          class={isEqual(column) ? 'chip equal' : 'chip'}
          data-pair={column.join(' ')}
          onClick={() => choose(column)}
          {...roving.item(index)}
        >
          {named(column).map(({ letter, token, current }) => (
            <span class={!token ? 'texts-gap' : current ? 'chip-box current' : 'chip-box'}>
              <span class="hidden">{l10n.t('{0}: ', letter)}</span>
              {token ? <TokenText token={token} named={false} /> : '–'}
            </span>
          ))}
        </button>
      ))}
    </div>
  );
}

/** Where the other text is typed or taken from. */
function OtherText({ state: { source, texts }, act }: SectionProps) {
  const [typed, setTyped] = useRemembered('other text', texts?.from === null ? texts.text : '');
  const compare = (text: string): void => act.post({ type: 'compareTexts', text });
  return (
    <AskedField
      class="quiet"
      id="other-text"
      value={typed}
      label={l10n.t('Compare with another text')}
      placeholder={l10n.t('Compare with another text')}
      onInput={setTyped}
      action={l10n.t('Compare')}
      onAsk={() => typed !== '' && compare(typed)}
    >
      <TextLink onClick={() => act.post({ type: 'compareSelection' })}>{l10n.t('Use the selection')}</TextLink>
      {source?.excerpt === guide.text && !texts && (
        <TextLink onClick={() => compare(guide.other)}>{l10n.t('Try “{0}”', guide.other)}</TextLink>
      )}
    </AskedField>
  );
}

function TextsBody(props: SectionProps) {
  const { state, act } = props;
  const { texts } = state;
  // Everything in this room is about both texts, so its numbers are wanted as long as it is open.
  useEffect(() => {
    act.see({ texts: true });
    return () => act.see({ texts: false });
  }, []);
  return (
    <>
      {texts && texts.failure !== null && <NoticeLine kind="failed" said={texts.failure} />}
      {texts?.result ? (
        <div data-picture="texts">
          <Strips {...props} />
          <p class="note">
            {texts.from === null
              ? l10n.t(
                  'A is the inspected text, B “{0}”. Tokens that differ are marked.',
                  visibleText(excerpt(texts.text, mostQuoted)),
                )
              : l10n.t('A is the inspected text, B the selection in {0}. Tokens that differ are marked.', texts.from)}
            {texts.text.length > longestOther &&
              ` ${l10n.t('B is too long to be kept: a reload or a link comes back without it.')}`}
            {texts.result.leftOut > 0 &&
              ` ${l10n.t('B is longer than the limit: {0} were left out.', tokenCount(texts.result.leftOut))}`}
          </p>
        </div>
      ) : texts ? (
        texts.failure === null && <Pending>{pending(state)}</Pending>
      ) : (
        <p class="note">
          {l10n.t(
            'A second text runs on the same model. See what each predicts, where the two begin to differ, and which vectors of one text bring its prediction back when they are put into the other.',
          )}
        </p>
      )}
      <OtherText {...props} />
    </>
  );
}

const TextsControls = ({ state: { texts }, act }: SectionProps) =>
  texts && (
    <>
      <TextLink
        onClick={(event) => {
          passFocus(event, 'section', 'h2');
          act.post({ type: 'compareTexts', text: null });
        }}
      >
        {l10n.t('End the comparison')}
      </TextLink>
      {texts.result && <SavePicture of="texts" title={l10n.t('Two texts')} />}
    </>
  );

export const texts: Section = {
  id: 'texts',
  title: () => l10n.t('Two texts'),
  shown: ({ model, text }) => Boolean(model?.trunk) && text !== null,
  finding: textsFinding,
  Controls: TextsControls,
  Body: TextsBody,
};
