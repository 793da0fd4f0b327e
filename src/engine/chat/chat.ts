import { readConversation, type Conversation } from '../../shared/chat/conversation';
import { piecesAt } from '../../shared/chat/places';
import {
  longestRendered,
  mostControls,
  mostFindings,
  type Chat,
  type ChatFinding,
  type ChatRequest,
  type CountedControl,
  type RenderedChat,
  type TokenFinding,
} from '../../shared/chat/rendered';
import type { Control } from '../../shared/engine';
import { badRequest, EngineError, said } from '../../shared/errors';
import type { Token } from '../../shared/tokens';
import type { Model } from '../model/model';
import { usualTemplate } from '../tokenizer/chatTemplates';
import { renderApart } from './apart';

/**
 * Reads a text as a conversation and renders it with the model's own template. Throws `EngineError('bad-request')` if
 * the model has no such template, and `EngineError('template-failed')` if the template raises an error. The choices of
 * either are the templates of a model that has several.
 */
export async function chatRendered(model: Model, request: ChatRequest, { signal }: Control): Promise<Chat> {
  const { templates, tokens } = model.chatTemplates;
  const names = [...templates.keys()];
  const template = chosen(names, request.template);
  const conversation = conversationOf(request);
  const whole = await renderApart(
    {
      template: templates.get(template) as string,
      messages: conversation.messages.map(({ role, content }) => ({ role, content })),
      generationPrompt: request.generationPrompt,
      tokens,
    },
    signal,
  ).catch((error: unknown) => {
    throw error instanceof EngineError && names.length > 1
      ? new EngineError(error.code, error.said, error, names)
      : error;
  });
  const kept = request.continues ? upToLast(whole, conversation) : whole;
  const rendered = firstOnce(model, kept);
  const read = tokensOf(model, rendered.text);
  const special = read.filter((token) => token.special);
  const controls = counted(special);
  const findings: readonly ChatFinding[] = [
    ...(rendered !== kept && read[0] ? [{ kind: 'doubled', token: read[0] } as const] : []),
    ...(seemsUnread(conversation, request.text) ? [{ kind: 'unread', message: 0 } as const] : []),
    ...rendered.findings,
    ...spelled(rendered, special),
  ];
  return {
    ...conversation,
    ...rendered,
    template,
    templates: names,
    findings: findings.slice(0, mostFindings),
    moreFindings: Math.max(0, findings.length - mostFindings),
    controls: controls.slice(0, mostControls),
    controlCount: special.length,
  };
}

/** For a model that exists only on a server. */
export const noTemplates = (): EngineError =>
  badRequest`The server does not give the chat template of its model. Connect to it with the model’s file.`;

function chosen(names: readonly string[], wanted: string | undefined): string {
  if (names.length === 0)
    throw badRequest`The model file has no chat template, and Vectorscope does not guess one. Choose a model that was made for chat.`;
  const [only] = names.length === 1 ? names : [];
  const name = wanted ?? (names.includes(usualTemplate) ? usualTemplate : only);
  if (name !== undefined && names.includes(name)) return name;
  const list = names.map((one) => one.slice(0, 40)).join(', ');
  const sentence =
    wanted === undefined
      ? said`The model has several chat templates and none is the usual one. Choose one of ${list}.`
      : said`The model has no chat template with this name. Its templates: ${list}.`;
  throw new EngineError('bad-request', sentence, undefined, names);
}

function conversationOf({ text, system }: ChatRequest): Conversation {
  if (text === '') throw new EngineError('empty-text', said`There is no conversation: select some characters first.`);
  if (text.length > longestRendered)
    throw badRequest`The conversation has ${text.length} characters; at most ${longestRendered} can be rendered.`;
  const read = readConversation(text);
  if (system === undefined) return read;
  const messages = read.messages[0]?.role === 'system' ? read.messages.slice(1) : read.messages;
  return {
    ...read,
    messages: [{ role: 'system', content: system, places: new Uint32Array(), joints: [] }, ...messages],
  };
}

/**
 * The first token of the rendered text, all control tokens and those that the tokenizer adds before texts, as a run
 * reads them.
 */
function tokensOf({ tokenizer, vocabulary }: Model, text: string): readonly Token[] {
  const { ids, starts, ends } = tokenizer.encode(text, { plain: false });
  return Array.from(ids).flatMap((id, index) =>
    index === 0 || id === tokenizer.first || tokenizer.isSpecial(id)
      ? [{ ...vocabulary.token(id), index, start: starts[index] as number, end: ends[index] as number }]
      : [],
  );
}

/** Without what closes the last message. Throws `bad-request` if the place of its content is not known. */
function upToLast(whole: RenderedChat, { messages }: Conversation): RenderedChat {
  const last = messages.length - 1;
  const end = whole.pieces.findLast(({ message }) => message === last)?.end;
  if (end === undefined)
    throw badRequest`The chat template leaves out or changes the last message, so it cannot be continued. End with a message of the user.`;
  return {
    ...whole,
    text: whole.text.slice(0, end),
    bands: whole.bands.filter(({ start }) => start < end).map((band) => ({ ...band, end: Math.min(band.end, end) })),
  };
}

/**
 * Without the token that the template writes first and the tokenizer adds too: as `transformers` and llama.cpp do, the
 * model gets it once. The same if nothing is added, or if the template did not write it.
 */
function firstOnce(model: Model, rendered: RenderedChat): RenderedChat {
  const [added, next] = tokensOf(model, rendered.text.slice(0, longestFirst));
  const isTwice =
    added && next?.index === 1 && added.id === model.tokenizer.first && added.end === 0 && next.id === added.id;
  const length = next?.end ?? 0;
  if (!isTwice || rendered.text.length === length || rendered.pieces.some(({ start }) => start < length))
    return rendered;
  const shifted = <T extends { readonly start: number; readonly end: number }>(part: T): T => ({
    ...part,
    start: Math.max(0, part.start - length),
    end: Math.max(0, part.end - length),
  });
  return {
    text: rendered.text.slice(length),
    pieces: rendered.pieces.map(shifted),
    bands: rendered.bands.map(shifted),
    findings: rendered.findings.map((finding) => (finding.kind === 'added' ? shifted(finding) : finding)),
  };
}

/** UTF-16 units that are read to find the first token; its spelling has far fewer. */
const longestFirst = 200;

const seemsUnread = ({ form }: Conversation, text: string): boolean => form === 'text' && /^\s*[[{]/.test(text);

/** Each control token once, in the order of the text. */
function counted(special: readonly Token[]): readonly CountedControl[] {
  const byId = new Map<number, CountedControl>();
  for (const token of special) {
    const known = byId.get(token.id);
    byId.set(token.id, { ...(known ?? token), times: (known?.times ?? 0) + 1 });
  }
  return [...byId.values()];
}

/** One finding for each message and control token that it spells. */
function spelled({ pieces }: RenderedChat, special: readonly Token[]): readonly TokenFinding[] {
  const found = new Map<string, Extract<TokenFinding, { kind: 'control' }>>();
  for (const [i, piece] of piecesAt(pieces, special).entries()) {
    const token = special[i];
    if (!piece || !token) continue;
    const key = `${piece.message} ${token.id}`;
    const known = found.get(key);
    found.set(key, {
      ...(known ?? { kind: 'control', message: piece.message, token }),
      times: (known?.times ?? 0) + 1,
    });
  }
  return [...found.values()];
}
