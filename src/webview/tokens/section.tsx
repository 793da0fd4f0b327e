import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { colouringOf, colours, passingOf, possibleColourings, sources } from '../../shared/colouring';
import { capitalised, count, decimalsWithin, fixed } from '../../shared/format';
import { takesApart } from '../../shared/model';
import type { Colouring, PanelState } from '../../shared/panel';
import { coveredCount, isAdded } from '../../shared/place';
import { sectionRows } from '../../shared/sectionTables';
import { Checkbox } from '../controls';
import { AppendedTokens } from '../parts/appended';
import { Fold } from '../parts/fold';
import { Edge } from '../parts/mattered';
import { tokenCount } from '../parts/numbers';
import { legendNote, quantityWords, whyUnknown } from '../parts/quantities';
import { Ramp } from '../parts/ramp';
import { TokenText, TextLink } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { filled } from '../parts/words';
import { CopyMenu } from '../picture/save';
import type { Section, SectionProps } from '../section';
import { ChatMessages, ChatFindings, ChatSwitch, ChatSwitches } from './chat';
import { Chips, isLast, NextChip, numbersFold } from './chips';
import { tokensFinding } from './finding';

/** A server would get the text at every pause, so only models of this machine follow it. */
const Following = ({ state: { model, followsEdits }, act }: Pick<SectionProps, 'state' | 'act'>) =>
  model?.server ? null : (
    <Checkbox checked={followsEdits} onToggle={(on) => act.post({ type: 'followEdits', on })}>
      {l10n.t('Follow edits')}
    </Checkbox>
  );

const choices = (state: PanelState): readonly (readonly [Colouring, string])[] =>
  possibleColourings(state).map((colouring) => [
    colouring,
    colouring === 'none' ? l10n.t('none') : quantityWords[colouring].name(),
  ]);

function Legend({ state }: SectionProps) {
  const { text, run, status } = state;
  const colouring = colouringOf(state);
  if (!text || colouring === 'none') return null;
  const { domain, values, isLeast } = colours(colouring, text, run, passingOf(state));
  const { name, inUnits } = quantityWords[colouring];
  const first = text.tokens.find(isAdded);
  if (!domain)
    return (
      <p class="row legend above">
        {l10n.t(
          '{0}: {1}',
          name(),
          colouring === 'difference' ? l10n.t('after both models have run') : whyUnknown(run, status),
        )}
      </p>
    );
  const printed = (end: number): string =>
    fixed(
      end,
      sources[colouring].reach === null
        ? decimalsWithin(10 * (domain[1] - domain[0]), 1)
        : domain[1] < 1
          ? decimalsWithin(domain[1], 1)
          : 0,
    );
  return (
    <>
      <p class="row legend above">
        <span>{name()}</span>
        {colouring === 'matters' && (
          <>
            <span>{printed(-domain[1])}</span>
            <Ramp away isUnderlined />
          </>
        )}
        <span>{printed(domain[0])}</span>
        <Ramp isUnderlined />
        <span>{inUnits(printed(domain[1]))}</span>
      </p>
      <Fold name={numbersFold} summary={<h3>{l10n.t('Numbers below every token')}</h3>}>
        {() => <p class="note">{legendNote(colouring, first ? undefined : values[0], isLeast.includes(true))}</p>}
      </Fold>
    </>
  );
}

/** How the model reads the text. */
function Reading(props: SectionProps) {
  const {
    state: { options },
    act,
  } = props;
  const idle = options.chat ? l10n.t('A conversation is inspected alone, with its control tokens.') : undefined;
  return (
    <>
      <div class="row quiet above">
        <ChatSwitch {...props} />
        <Checkbox
          checked={options.context}
          idle={idle}
          onToggle={(context) => act.post({ type: 'setOptions', options: { context } })}
        >
          {l10n.t('Text before as context, up to {0} tokens', count(options.contextTokens))}
        </Checkbox>
        <Checkbox
          checked={options.plain}
          idle={idle}
          onToggle={(plain) => act.post({ type: 'setOptions', options: { plain } })}
        >
          {l10n.t('Special tokens as text')}
        </Checkbox>
        <Following {...props} />
      </div>
      <ChatSwitches {...props} />
    </>
  );
}

/** The way to the numbers of a text that is too long, where the layers can be run over its parts. */
function LeftOut({ state: { text, model }, act }: SectionProps) {
  if (!text || text.leftOut === 0 || !model || !takesApart(model)) return null;
  return (
    <p class="note" data-fact="left-out">
      {filled<ComponentChildren>(
        l10n.t('Predictions cover the first {0}. {1} measures the whole document.'),
        tokenCount(coveredCount(text)),
        <TextLink onClick={() => act.post({ type: 'inspectDocument' })}>{l10n.t('Inspect Document')}</TextLink>,
      )}
    </p>
  );
}

function Body(props: SectionProps) {
  const { text } = props.state;
  if (!text) return <Reading {...props} />;
  const first = text.tokens.find(isAdded);
  return (
    <>
      {text.chat && <ChatFindings chat={text.chat} text={text} act={props.act} />}
      <div data-picture="tokens">
        <Chips text={text} props={props} />
        {!isLast(props.state) && <NextChip text={text} props={props} />}
        <Edge {...props} />
        <Legend {...props} />
        {first && colouringOf(props.state) !== 'none' && (
          <p class="note">
            {filled(
              l10n.t('The model adds {0} before every text. The scale leaves it out.'),
              <TokenText token={first} />,
            )}
          </p>
        )}
      </div>
      <LeftOut {...props} />
      <AppendedTokens {...props} />
      <Reading {...props} />
      <ChatMessages {...props} />
    </>
  );
}

const Controls = ({ state, act }: SectionProps) =>
  state.text && (
    <>
      <Toggles
        label={l10n.t('Colour the tokens by')}
        options={choices(state)}
        value={colouringOf(state)}
        onChoose={(colouring) => act.post({ type: 'setOptions', options: { colouring } })}
      />
      <CopyMenu
        what="tokens"
        rows={() => sectionRows('tokens', state) ?? []}
        title={l10n.t('Tokens of the text')}
        state={state}
      />
    </>
  );

export const tokensSection: Section = {
  id: 'tokens',
  title: () => capitalised(l10n.t('tokens')),
  // A text that the template of the model refuses has no tokens, and the switches are what helps.
  shown: ({ text, source, options }) => text !== null || (source !== null && options.chat !== null),
  finding: tokensFinding,
  Controls,
  Body,
};
