import * as l10n from '@vscode/l10n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { findingWords, moreWords, othersWords } from '../../shared/chat/findings';
import type { ChatFinding, CountedControl } from '../../shared/chat/rendered';
import { type ChatSurprisal, controlColumns, surprisalTable } from '../../shared/chat/surprisal';
import { positionOf, surprisalOf, type ChatView, usualChat, type ChatOptions } from '../../shared/chat/view';
import { count, fixed } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import type { Actions } from '../actions';
import { Checkbox, TextField } from '../controls';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { Menu } from '../parts/menu';
import { tokenCount } from '../parts/numbers';
import { Table } from '../parts/table';
import { TextLink } from '../parts/text';
import { visibleText } from '../parts/words';
import type { SectionProps } from '../section';

/** Whether the text is read as a conversation. */
export const ChatSwitch = ({ state: { options }, act }: SectionProps) => (
  <Checkbox
    checked={options.chat !== null}
    onToggle={(on) => act.post({ type: 'setOptions', options: { chat: on ? usualChat : null } })}
  >
    {l10n.t('As chat, through the model’s template')}
  </Checkbox>
);

/** How the conversation is rendered. */
export function ChatSwitches({ state, act }: SectionProps) {
  const { chat } = state.options;
  if (!chat) return null;
  const change = (part: Partial<ChatOptions>): void =>
    act.post({ type: 'setOptions', options: { chat: { ...chat, ...part } } });
  return (
    <div class="row quiet above centre chat-options">
      <TakenOver
        id="chat-system"
        label={l10n.t('System message')}
        placeholder={l10n.t('System message instead of its own')}
        value={chat.system}
        onChange={(system) => change({ system })}
      />
      <Checkbox checked={chat.generationPrompt} onToggle={(generationPrompt) => change({ generationPrompt })}>
        {l10n.t('Ask for an answer at the end')}
      </Checkbox>
      <TemplateMenu state={state} chosen={chat.template} onChoose={(template) => change({ template })} />
    </div>
  );
}

interface TemplateMenuProps extends Pick<SectionProps, 'state'> {
  /** null: the usual one. */
  readonly chosen: string | null;
  readonly onChoose: (template: string) => void;
}

/** The templates of a model that has several, or another one than was chosen. */
function TemplateMenu({ state: { text, status, model }, chosen, onChoose }: TemplateMenuProps) {
  const known = text?.chat;
  const told = (status.kind === 'failed' ? status.choices : undefined) ?? known?.templates;
  const last = useRef({ model: '', names: [] as readonly string[] });
  // While another template is tried, nobody tells them.
  if (model && (told || last.current.model !== model.name)) last.current = { model: model.name, names: told ?? [] };
  const { names } = last.current;
  const current = chosen ?? known?.template ?? null;
  if (names.length === 0 || (names.length === 1 && current === names[0])) return null;
  const items = names.map((name) => ({
    text: visibleText(name),
    isChosen: name === current,
    onChoose: () => onChoose(name),
  }));
  return (
    <Menu class="quiet-action chat-template" items={items}>
      {current === null ? l10n.t('Choose a template') : l10n.t('Template: {0}', visibleText(current))}
    </Menu>
  );
}

interface TakenOverProps {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  /** null: nothing is typed. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

/** Enter and leaving the field take its text over: every key would run the model. */
function TakenOver({ value, onChange, ...rest }: TakenOverProps) {
  const [draft, setDraft] = useState(value ?? '');
  useEffect(() => setDraft(value ?? ''), [value]);
  const takeOver = (): void => {
    const next = draft === '' ? null : draft;
    if (next !== value) onChange(next);
  };
  return (
    <TextField
      {...rest}
      value={draft}
      onInput={setDraft}
      onKeyDown={({ key }) => key === 'Enter' && takeOver()}
      onBlur={takeOver}
    />
  );
}

/** The surprisal of the parts of a conversation, and its control tokens. */
export function ChatMessages(props: SectionProps) {
  const chat = props.state.text?.chat;
  if (!chat) return null;
  return (
    <div class="chat above">
      {chat.findings.length === 0 && (
        <p class="note">{l10n.t('The template “{0}” writes every message as it is.', chat.template)}</p>
      )}
      <SurprisalTable {...props} />
      <Fold name="controls" summary={l10n.t('Control tokens in it: {0}', count(chat.controlCount))}>
        {() => <Table {...controlsTable(chat)} chooses />}
      </Fold>
    </div>
  );
}

interface FindingsProps {
  readonly chat: ChatView;
  readonly text: TextView;
  readonly act: Actions;
}

/** What a person should know of the rendered conversation, each with its place. */
export function ChatFindings({ chat, text, act }: FindingsProps) {
  const others = [moreWords(chat, l10n), othersWords(chat, l10n)].filter((words) => words !== null);
  if (chat.findings.length === 0 && others.length === 0) return null;
  return (
    <ul class="stack">
      {chat.findings.map((finding) => (
        <li class="chat-finding">
          {findingWords(finding, chat, l10n, visibleText)} <ToPosition {...{ finding, chat, text, act }} />
        </li>
      ))}
      {others.map((words) => (
        <li class="chat-finding">{words}</li>
      ))}
    </ul>
  );
}

function ToPosition({ finding, chat, text, act }: FindingsProps & { readonly finding: ChatFinding }) {
  const position = positionOf(chat, finding, text.tokens);
  if (position === null) return null;
  return (
    <TextLink data-position={position} onClick={() => act.post({ type: 'choosePosition', position })}>
      {l10n.t('Show it')}
    </TextLink>
  );
}

/** Every control token once, in the order of the text. */
const controlsTable = ({ controls }: ChatView): TableData<CountedControl> => ({
  columns: controlColumns(l10n).map((column) => ({ ...column, names: column.key === 'token' })),
  rows: controls,
});

/** By message and by role; null without a run. */
export const sumsOf = ({ text, run }: Pick<PanelState, 'text' | 'run'>): ChatSurprisal | null =>
  text?.chat ? surprisalOf(text.chat, text.tokens, run) : null;

function SurprisalTable({ state }: SectionProps) {
  const { text, run } = state;
  const sums = sumsOf(state);
  if (!sums || !text || !run) return null;
  const table = surprisalTable(sums, l10n, visibleText);
  const covered = Math.min(run.length, text.tokens.length);
  const mean = sums.answers?.mean ?? null;
  return (
    <div class="chat-surprisal above">
      <Table {...table} label={l10n.t('Surprisal by message and by role')} />
      <p class="note">
        {mean !== null &&
          `${l10n.t('The last row is the loss that a fine-tuning run on the answers would see: {0} nats a token.', fixed(mean * Math.LN2, 3))} `}
        {covered < text.total && `${l10n.t('Of the first {0}.', tokenCount(covered))} `}
        <Copy name={l10n.t('Surprisal by message and by role')} tables={() => [copiedRows(table)]} />
      </p>
    </div>
  );
}
