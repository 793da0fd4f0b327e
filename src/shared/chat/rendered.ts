import type { Token, Range } from '../tokens';
import type { Conversation } from './conversation';

export interface ChatRequest {
  /** Read by `readConversation`. */
  readonly text: string;
  /** A system message before the conversation, in place of one that it begins with. */
  readonly system?: string;
  /** Asks the model to answer: ends with the beginning of its turn. */
  readonly generationPrompt: boolean;
  /** Ends with the content of the last message, so that the model goes on with it. */
  readonly continues?: true;
  /** The name of one of the model's templates; the usual one, or the only one, if absent. */
  readonly template?: string;
}

/** A conversation as the model gets it. */
export interface Chat extends Omit<RenderedChat, 'findings'>, Conversation {
  /** The name of the template that rendered it, and those of all that the model has. */
  readonly template: string;
  readonly templates: readonly string[];
  /** At most `mostFindings`. */
  readonly findings: readonly ChatFinding[];
  /** Findings that are not listed. */
  readonly moreFindings: number;
  /** The control tokens of the rendered text, also that which the tokenizer adds before it. At most `mostControls`. */
  readonly controls: readonly CountedControl[];
  /** Every time that a control token stands in the rendered text. */
  readonly controlCount: number;
}

/** A control token where it first stands. */
export interface CountedControl extends Token {
  /** How often it stands in the text. */
  readonly times: number;
}

export const mostFindings = 100;
/** Different ones. */
export const mostControls = 1000;

/** UTF-16 units of a rendered text, and of a text that is read as a conversation. */
export const longestRendered = 1_000_000;

/** What a chat template made of a conversation. */
export interface RenderedChat {
  /** What the model gets. */
  readonly text: string;
  /** The pieces of the text that a person wrote, in their order; the template wrote the others. */
  readonly pieces: readonly ChatPiece[];
  /**
   * The parts of the text by message, in their order. Empty where the template gives none a part of its own, and for a
   * very long conversation.
   */
  readonly bands: readonly ChatBand[];
  readonly findings: readonly ContentFinding[];
}

/** Content at its place in the rendered text. UTF-16 units. */
export interface ChatPiece extends Range {
  /** Index of the message. */
  readonly message: number;
  /** The unit of the content that stands at `start`. */
  readonly from: number;
}

export interface ChatBand extends Range {
  /** Index of the message; null for what asks the model to answer. */
  readonly message: number | null;
  readonly role: string;
}

export type ChatFinding =
  | ContentFinding
  | TokenFinding
  /** The text begins like JSON, and was read as one message of the user. */
  | { readonly kind: 'unread'; readonly message: 0 };

export type ContentFinding =
  /** The template takes white space off the ends of the content. */
  | { readonly kind: 'trimmed'; readonly message: number }
  /** The content is not in the rendered text. */
  | { readonly kind: 'dropped'; readonly message: number }
  /** The template changes the content, so that its place is not known. */
  | { readonly kind: 'changed'; readonly message: number }
  /** The template writes a text of its own before the first message, such as a system message. Its place. */
  | { readonly kind: 'added'; readonly start: number; readonly end: number };

/** About a token at its place in the rendered text. */
export type TokenFinding =
  /** The template writes the token that the tokenizer adds before every text. The rendered text goes without it. */
  | { readonly kind: 'doubled'; readonly token: Token }
  /** The content holds the text of a control token, so many times, and is read as that token. The first one. */
  | { readonly kind: 'control'; readonly message: number; readonly token: Token; readonly times: number };
