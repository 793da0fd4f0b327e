import * as v from 'valibot';
import type { Token, Range } from '../tokens';
import { placesInGiven, touches } from './places';
import type { Chat, ChatBand, ChatFinding, ChatPiece, ChatRequest, CountedControl } from './rendered';
import { chatSurprisal, type ChatSurprisal } from './surprisal';

/** UTF-16 units. */
const longestSystem = 10_000;

/** How a text is rendered as a conversation. */
export const chatOptions = v.strictObject({
  /** A system message before the conversation, in place of one that it begins with; null leaves it as it is. */
  system: v.nullable(v.pipe(v.string(), v.maxLength(longestSystem))),
  generationPrompt: v.boolean(),
  /** null: the model's usual template. */
  template: v.nullable(v.pipe(v.string(), v.maxLength(200))),
});
export type ChatOptions = Readonly<v.InferOutput<typeof chatOptions>>;

export const usualChat: ChatOptions = { system: null, generationPrompt: true, template: null };

/**
 * What the panel knows of a conversation whose rendered text it shows: what its drawn tokens and its findings need.
 * Offsets count from that text's beginning.
 */
export interface ChatView {
  readonly template: string;
  readonly templates: readonly string[];
  readonly others: number;
  readonly messages: readonly { readonly role: string }[];
  readonly pieces: readonly ChatPiece[];
  readonly bands: readonly ChatBand[];
  readonly findings: readonly ChatFinding[];
  readonly moreFindings: number;
  readonly controls: readonly CountedControl[];
  readonly controlCount: number;
  /** The rendered text as far as its tokens are drawn. */
  readonly text: string;
  /** Where each drawn token stands in the document; null for the template's own, and where it is not known. */
  readonly places: readonly (Range | null)[];
}

export const chatRequest = (text: string, { system, generationPrompt, template }: ChatOptions): ChatRequest => ({
  text,
  generationPrompt,
  ...(system !== null && { system }),
  ...(template !== null && { template }),
});

/** `tokens`: the drawn ones. */
export function chatView(chat: Chat, tokens: readonly Token[]): ChatView {
  const end = tokens.at(-1)?.end ?? 0;
  const pieces = chat.pieces.filter(({ start }) => start < end);
  const bands = chat.bands.filter(({ start }) => start < end);
  const named = [...pieces, ...bands, ...chat.findings.filter((finding) => 'message' in finding)];
  return {
    template: chat.template,
    templates: chat.templates,
    others: chat.others,
    messages: chat.messages.slice(0, countOf(named)).map(({ role }) => ({ role })),
    pieces,
    bands,
    findings: chat.findings,
    moreFindings: chat.moreFindings,
    controls: chat.controls,
    controlCount: chat.controlCount,
    text: chat.text.slice(0, end),
    places: placesInGiven({ pieces, messages: chat.messages }, tokens),
  };
}

/** Messages up to the last of those that are named. */
const countOf = (parts: readonly { readonly message?: number | null }[]): number =>
  parts.reduce((most, { message }) => Math.max(most, (message ?? -1) + 1), 0);

/** Whether the template wrote a token of the rendered text, and no person any of it. */
export const isTemplates = ({ pieces }: Pick<ChatView, 'pieces'>, token: Range): boolean =>
  !pieces.some((piece) => touches(piece, token));

/** Index of the token that a finding is about, or of the first one of its message; null if none is drawn. */
export function positionOf(
  { pieces, bands }: Pick<ChatView, 'pieces' | 'bands'>,
  finding: ChatFinding,
  tokens: readonly Token[],
): number | null {
  if ('token' in finding) return finding.token.index < tokens.length ? finding.token.index : null;
  const part =
    finding.kind === 'added' ? finding : [...pieces, ...bands].find(({ message }) => message === finding.message);
  const found = part ? tokens.find(({ start, end }) => start < part.end && part.start < end) : undefined;
  return found?.index ?? null;
}

/**
 * Surprisal of the drawn tokens by message, up to the last that has one, and by role; null before the run has ended.
 */
export function surprisalOf(
  chat: ChatView,
  tokens: readonly Token[],
  run: SurprisalOfRun | null,
): ChatSurprisal | null {
  if (!run) return null;
  return chatSurprisal(
    { ...chat, messages: chat.messages.slice(0, countOf(chat.pieces)) },
    tokens.map(({ start, end, special, index }) => ({
      start,
      end,
      special,
      surprisal: run.surprisal[index] ?? null,
      ...(run.listed?.isLeast[index] && { surprisalIsLeast: true }),
    })),
  );
}

interface SurprisalOfRun {
  readonly surprisal: readonly (number | null)[];
  readonly listed?: { readonly isLeast: readonly boolean[] };
}
