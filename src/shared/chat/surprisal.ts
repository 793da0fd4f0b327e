import { summed, type MeasuredToken, type SurprisalSum } from '../surprisalSum';
import { piecesAt } from './places';
import type { Chat } from './rendered';

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
