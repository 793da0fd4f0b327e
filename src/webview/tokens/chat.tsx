import * as l10n from '@vscode/l10n';
import { findingWords, moreWords, othersWords } from '../../shared/chat/findings';
import type { ChatFinding, CountedControl } from '../../shared/chat/rendered';
import type { ChatSurprisal } from '../../shared/chat/surprisal';
import { positionOf, surprisalOf, type ChatView } from '../../shared/chat/view';
import { bits, count, fixed, percent, size } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import type { SurprisalSum } from '../../shared/surprisalSum';
import type { Actions } from '../actions';
import { copiedRows, type Column, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { tokenCount } from '../parts/numbers';
import { Table } from '../parts/table';
import { visibleText } from '../parts/words';
import type { SectionProps } from '../section';

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
        {() => <Table {...controlsTable(chat, props)} />}
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
    <button
      type="button"
      class="text-link"
      data-position={position}
      onClick={() => act.post({ type: 'choosePosition', position })}
    >
      {l10n.t('Show it')}
    </button>
  );
}

interface ControlRow {
  readonly token: CountedControl;
}

/** Every control token once, in the order of the text. */
function controlsTable({ controls }: ChatView, { act }: SectionProps): TableData<ControlRow> {
  const columns: readonly Column<ControlRow>[] = [
    {
      key: 'token',
      head: l10n.t('token'),
      value: ({ token }) => token,
      press: ({ token }) => act.post({ type: 'chooseToken', id: token.id }),
    },
    { key: 'id', head: l10n.t('id'), value: ({ token }) => token.id, print: String },
    { key: 'times', head: l10n.t('times'), value: ({ token }) => token.times },
    { key: 'size', head: l10n.t('size'), value: ({ token }) => token.size, print: size },
    {
      key: 'percentile',
      head: l10n.t('smaller'),
      value: ({ token }) => token.percentile,
      print: (value) => percent(value),
    },
  ];
  return { columns, rows: controls.map((token) => ({ token })) };
}

interface SurprisalRow extends SurprisalSum {
  readonly of: { readonly key: string; readonly label: string };
  readonly role: string;
}

/** By message and by role; null without a run. */
export const sumsOf = ({ text, run }: Pick<PanelState, 'text' | 'run'>): ChatSurprisal | null =>
  text?.chat ? surprisalOf(text.chat, text.tokens, run) : null;

export const surprisalTable = (sums: ChatSurprisal): TableData<SurprisalRow> => ({
  columns: surprisalColumns(),
  rows: surprisalRows(sums),
});

function surprisalRows({ messages, roles, answers }: ChatSurprisal): readonly SurprisalRow[] {
  const times = new Map<string, number>();
  for (const { role } of messages) times.set(role, (times.get(role) ?? 0) + 1);
  return [
    ...messages.map((sum, at) => ({
      ...sum,
      of: { key: `message ${at + 1}`, label: l10n.t('message {0}, {1}', count(at + 1), visibleText(sum.role)) },
    })),
    // A role with one message would say the same twice.
    ...roles
      .filter(({ role }) => (times.get(role) ?? 0) > 1)
      .map((sum) => ({
        ...sum,
        of: { key: `all of ${sum.role}`, label: l10n.t('all of {0}', visibleText(sum.role)) },
      })),
    ...(answers
      ? [{ ...answers, role: 'assistant', of: { key: 'answers', label: l10n.t('answers with their ends') } }]
      : []),
  ];
}

function surprisalColumns(): readonly Column<SurprisalRow>[] {
  const number = (key: string, head: string, value: (row: SurprisalRow) => number | null, print = bits) => ({
    key,
    head,
    value,
    print,
    draw: (row: SurprisalRow) => {
      const known = value(row);
      return known !== null && row.isLeast ? `≥ ${print(known)}` : undefined;
    },
  });
  return [
    { key: 'part', head: l10n.t('surprisal of'), value: ({ of }) => of, names: true },
    { key: 'role', value: ({ role }) => role },
    { key: 'tokens', head: l10n.t('tokens'), value: ({ tokens }) => tokens },
    number('bits', l10n.t('bits'), ({ tokens, bits }) => (tokens === 0 ? null : bits)),
    number('mean', l10n.t('a token'), ({ mean }) => mean),
    number(
      'bits a character',
      l10n.t('a character'),
      ({ bitsPerCharacter }) => bitsPerCharacter,
      (value) => fixed(value, 3),
    ),
  ];
}

function SurprisalTable({ state, act }: SectionProps) {
  const { text, run } = state;
  const sums = sumsOf(state);
  if (!sums || !text || !run) return null;
  const table = surprisalTable(sums);
  const covered = Math.min(run.length, text.tokens.length);
  const mean = sums.answers?.mean ?? null;
  return (
    <div class="chat-surprisal above">
      <Table {...table} label={l10n.t('Surprisal by message and by role')} />
      <p class="note">
        {mean !== null &&
          `${l10n.t('The last row is the loss that a fine-tuning run on the answers would see: {0} nats a token.', fixed(mean * Math.LN2, 3))} `}
        {covered < text.total && `${l10n.t('Of the first {0}.', tokenCount(covered))} `}
        <Copy name={l10n.t('Surprisal by message and by role')} tables={() => [copiedRows(table)]} act={act} />
      </p>
    </div>
  );
}
