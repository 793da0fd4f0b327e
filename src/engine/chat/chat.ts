import { readConversation, type Conversation } from '../../shared/chat/conversation';
import { touches } from '../../shared/chat/places';
import { longestRendered, type Chat, type ChatRequest, type TokenFinding } from '../../shared/chat/rendered';
import type { Control } from '../../shared/engine';
import { badRequest, EngineError } from '../../shared/errors';
import type { Token } from '../../shared/tokens';
import type { Model } from '../model/model';
import { usualTemplate } from '../tokenizer/chatTemplates';
import { renderApart } from './apart';

/**
 * Reads a text as a conversation and renders it with the model's own template. Throws `EngineError('bad-request')` if
 * the model has no such template, and with the template's own words if it raises an error.
 */
export async function renderChat(model: Model, request: ChatRequest, { signal }: Control): Promise<Chat> {
  const { templates, tokens } = model.chatTemplates;
  const template = chosen([...templates.keys()], request.template);
  const conversation = conversationOf(request);
  const rendered = await renderApart(
    {
      template: templates.get(template) as string,
      messages: conversation.messages.map(({ role, content }) => ({ role, content })),
      generationPrompt: request.generationPrompt,
      tokens,
    },
    signal,
  );
  const read = tokensOf(model, rendered.text);
  const controls = read.filter(({ special }) => special);
  return {
    ...conversation,
    ...rendered,
    template,
    templates: [...templates.keys()],
    findings: [...doubled(model, read), ...rendered.findings, ...spelled(rendered, controls)],
    controls,
  };
}

/** For a model that exists only on a server. */
export const noTemplates = (): EngineError =>
  badRequest('The server does not give the chat template of its model. Connect to it with the model’s file.');

function chosen(names: readonly string[], wanted: string | undefined): string {
  if (names.length === 0)
    throw badRequest(
      'The model file has no chat template, and none is guessed. Choose a model that was made for chat.',
    );
  const [only] = names.length === 1 ? names : [];
  const name = wanted ?? (names.includes(usualTemplate) ? usualTemplate : only);
  if (name !== undefined && names.includes(name)) return name;
  const list = names.map((one) => one.slice(0, 40)).join(', ');
  throw badRequest(
    wanted === undefined
      ? `The model has several chat templates and none is the usual one. Choose one of ${list}.`
      : `The model has no chat template with this name. Choose one of ${list}.`,
  );
}

function conversationOf({ text, system }: ChatRequest): Conversation {
  if (text === '') throw new EngineError('empty-text', 'There is no conversation: select some characters first.');
  if (text.length > longestRendered)
    throw badRequest(`The conversation has ${text.length} characters; at most ${longestRendered} can be rendered.`);
  const read = readConversation(text);
  if (system === undefined) return read;
  const messages = read.messages[0]?.role === 'system' ? read.messages.slice(1) : read.messages;
  return { ...read, messages: [{ role: 'system', content: system, places: new Uint32Array() }, ...messages] };
}

/** All tokens of the rendered text, as a run of it reads them. */
function tokensOf({ tokenizer, vocabulary }: Model, text: string): readonly Token[] {
  const { ids, starts, ends } = tokenizer.encode(text, { plain: false });
  return Array.from(ids, (id, index) => ({
    ...vocabulary.token(id),
    index,
    start: starts[index] as number,
    end: ends[index] as number,
  }));
}

/** The token that the tokenizer adds, which the template has written too. */
function doubled({ tokenizer }: Model, [added, next]: readonly Token[]): TokenFinding[] {
  const isTwice = added && next && added.id === tokenizer.first && next.id === added.id;
  return isTwice ? [{ kind: 'doubled', token: next }] : [];
}

const spelled = ({ pieces }: Pick<Chat, 'pieces'>, controls: readonly Token[]): TokenFinding[] =>
  controls.flatMap((token): TokenFinding[] => {
    const piece = pieces.find((one) => touches(one, token));
    return piece ? [{ kind: 'control', message: piece.message, token }] : [];
  });
