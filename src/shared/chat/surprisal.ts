import { piecesAt } from './places';
import type { Chat } from './rendered';

/** A token of the rendered text. */
interface Measured {
  readonly start: number;
  readonly end: number;
  readonly special: boolean;
  /** Bits; null where it is not known. */
  readonly surprisal: number | null;
  readonly surprisalIsLeast?: true;
}

/** Of the tokens whose surprisal is known. */
export interface SurprisalSum {
  readonly tokens: number;
  /** The sum, bits. */
  readonly bits: number;
  /** Bits a token; null without a token. */
  readonly mean: number | null;
  readonly characters: number;
  readonly bitsPerCharacter: number | null;
  /** Some are known as bounds only, so the bits are at least so many. */
  readonly isLeast?: true;
}

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
  tokens: readonly Measured[],
): ChatSurprisal {
  const pieceOf = piecesAt(pieces, tokens);
  const byMessage = messages.map((): Measured[] => []);
  const byRole = new Map(messages.map(({ role }): [string, Measured[]] => [role, []]));
  const answers: Measured[] = [];
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

function summed(text: string, tokens: readonly Measured[]): SurprisalSum {
  let [count, bits, characters, covered, isLeast] = [0, 0, 0, 0, false];
  for (const { start, end, surprisal, surprisalIsLeast } of tokens) {
    if (surprisal === null) continue;
    count++;
    bits += surprisal;
    isLeast ||= surprisalIsLeast === true;
    // Tokens may share a character.
    characters += Array.from(text.slice(Math.max(start, covered), end)).length;
    covered = end;
  }
  return {
    tokens: count,
    bits,
    mean: count === 0 ? null : bits / count,
    characters,
    bitsPerCharacter: characters === 0 ? null : bits / characters,
    ...(isLeast && { isLeast: true }),
  };
}
