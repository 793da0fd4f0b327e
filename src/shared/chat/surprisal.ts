import type { DataColumn, TableRows } from '../columns';
import { bits, count, fixed, percent, size } from '../format';
import { summed, type MeasuredToken, type SurprisalSum } from '../surprisalSum';
import type { Translator } from '../translator';
import { piecesAt } from './places';
import type { Chat, CountedControl } from './rendered';

/** A token of the rendered text. */
type ChatToken = MeasuredToken & { readonly special: boolean };

export interface ChatSurprisal {
  /** By message: the tokens of its content. */
  readonly messages: readonly (SurprisalSum & { readonly role: string })[];
  /** By role, in the order in which they first speak. */
  readonly roles: readonly (SurprisalSum & { readonly role: string })[];
  /**
   * What a fine-tuning run on the answers would see: the contents of the assistant's messages and the control token
   * that ends each. Null without such a message.
   */
  readonly answers: SurprisalSum | null;
}

/** Surprisal by message and by role. `tokens`: those of the rendered text, in their order. */
export function chatSurprisal(
  {
    text,
    pieces,
    messages,
  }: Pick<Chat, 'text' | 'pieces'> & { readonly messages: readonly { readonly role: string }[] },
  tokens: readonly ChatToken[],
): ChatSurprisal {
  const pieceOf = piecesAt(pieces, tokens);
  const byMessage = messages.map((): ChatToken[] => []);
  const byRole = new Map(messages.map(({ role }): [string, ChatToken[]] => [role, []]));
  const answers: ChatToken[] = [];
  for (const [i, token] of tokens.entries()) {
    const piece = pieceOf[i];
    const role = messages[(piece ?? pieceOf[i - 1])?.message ?? -1]?.role;
    if (role === undefined) continue;
    if (role === 'assistant' && (piece || token.special)) answers.push(token);
    if (!piece) continue;
    byMessage[piece.message]?.push(token);
    byRole.get(role)?.push(token);
  }
  return {
    messages: messages.map(({ role }, index) => ({ role, ...summed(text, byMessage[index] ?? []) })),
    roles: Array.from(byRole, ([role, own]) => ({ role, ...summed(text, own) })),
    answers: byRole.has('assistant') ? summed(text, answers) : null,
  };
}

interface SurprisalRow extends SurprisalSum {
  readonly of: { readonly key: string; readonly label: string };
  readonly role: string;
}

/** Surprisal as a table. `visible` spells a role. */
export function surprisalTable(
  { messages, roles, answers }: ChatSurprisal,
  l10n: Translator,
  visible: (text: string) => string,
): TableRows<SurprisalRow> {
  const number = (
    key: string,
    head: string,
    value: (row: SurprisalRow) => number | null,
    print = bits,
  ): DataColumn<SurprisalRow> => ({
    ...{ key, head, value, print },
    text: (row) => `${row.isLeast ? '≥ ' : ''}${print(value(row))}`,
  });
  const times = new Map<string, number>();
  for (const { role } of messages) times.set(role, (times.get(role) ?? 0) + 1);
  return {
    columns: [
      { key: 'part', head: l10n.t('surprisal of'), value: ({ of }) => of },
      { key: 'role', value: ({ role }) => role },
      { key: 'tokens', head: l10n.t('tokens'), value: ({ tokens }) => tokens },
      number('bits', l10n.t('bits'), (row) => (row.tokens === 0 ? null : row.bits)),
      number('mean', l10n.t('a token'), ({ mean }) => mean),
      number(
        'bits a character',
        l10n.t('a character'),
        ({ bitsPerCharacter }) => bitsPerCharacter,
        (value) => fixed(value, 3),
      ),
    ],
    rows: [
      ...messages.map((sum, at) => ({
        ...sum,
        of: { key: `message ${at + 1}`, label: l10n.t('message {0}, {1}', count(at + 1), visible(sum.role)) },
      })),
      // A role with one message would say the same twice.
      ...roles
        .filter(({ role }) => (times.get(role) ?? 0) > 1)
        .map((sum) => ({ ...sum, of: { key: `all of ${sum.role}`, label: l10n.t('all of {0}', visible(sum.role)) } })),
      ...(answers
        ? [{ ...answers, role: 'assistant', of: { key: 'answers', label: l10n.t('answers with their ends') } }]
        : []),
    ],
  };
}

/** The control tokens of a rendered text. */
export const controlColumns = (l10n: Translator): readonly DataColumn<CountedControl>[] => [
  { key: 'position', head: l10n.t('position'), value: ({ index }) => index + 1, print: String },
  { key: 'token', head: l10n.t('token'), value: (token) => token },
  { key: 'id', head: l10n.t('id'), value: ({ id }) => id, print: String },
  { key: 'times', head: l10n.t('times'), value: ({ times }) => times },
  { key: 'size', head: l10n.t('size'), value: (token) => token.size, print: size },
  { key: 'percentile', head: l10n.t('smaller'), value: ({ percentile }) => percentile, print: percent },
];
