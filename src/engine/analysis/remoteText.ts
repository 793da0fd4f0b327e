import type { Control, InspectRequest, ModelInfo, Run, TokeniseRequest } from '../../shared/engine';
import { EngineError, said } from '../../shared/errors';
import type { Inspection } from '../../shared/inspection';
import type { TextRequest } from '../../shared/tokens';
import type { ServedCut, RemoteModel } from '../model/remoteModel';
import type { ServerToken } from '../servers/modelServer';
import { spansOfTokens, utf8Of, wellFormed } from '../tokenizer/utf8';
import { inspectListed } from './inspectListed';
import { listedRun } from './listedRun';
import { arrange, checkRequest, ownText, type Tokenised } from './tokenise';

/** Cuts a text as the server does. Throws as `tokenise` does, and `EngineError('server-failed')`. */
export async function tokeniseThere(
  model: RemoteModel,
  request: TokeniseRequest,
  control: Control,
): Promise<Tokenised> {
  checkRequest(request, model.size);
  const own = ownText(request, (id) => model.token(id));
  const cut = await cutThere(model, wellFormed(own.text), request.plain === true, control);
  return arrange(request, own.goesOn(cut), model.server.contextLength ?? Infinity, (id) => model.token(id));
}

async function cutThere(model: RemoteModel, text: string, plain: boolean, control: Control): Promise<ServedCut> {
  const last = model.lastCut;
  if (last?.text === text && last.plain === plain) return last.cut;
  const withAdded = await model.server.tokenise({ text, added: true, plain }, control);
  const bare = await model.server.tokenise({ text, added: false, plain }, control);
  for (const { id, bytes } of bare) model.token(id, bytesOf(bytes));
  const cut = spansOf(withAdded.slice(0, addedBefore(withAdded, bare)), bare, text);
  model.lastCut = { text, plain, cut };
  return cut;
}

export async function runThere(model: RemoteModel, request: TextRequest, control: Control): Promise<Run> {
  const { ids, length } = await tokeniseThere(model, { ...request, most: 0 }, control);
  return listedRun(model.server, model, ids.slice(0, length), control);
}

/** Inspects a text on a server that gives only its tokens and the likeliest next ones. */
export async function inspectThere(
  model: RemoteModel,
  info: ModelInfo,
  request: InspectRequest,
  control: Control,
): Promise<Inspection> {
  const { tokenisation, ids, length } = await tokeniseThere(model, request, control);
  const run = request.top > 0 ? await listedRun(model.server, model, ids.slice(0, length), control) : null;
  return inspectListed(info, tokenisation, run, request.top);
}

/** How many tokens, 0 or 1, the server puts before a text. A token that it adds after the text is ignored. */
function addedBefore(withAdded: readonly ServerToken[], bare: readonly ServerToken[]): number {
  const follows = (count: number) => bare.every(({ id }, i) => withAdded[count + i]?.id === id);
  if (follows(0)) return 0;
  if (follows(1)) return 1;
  throw unlike`The server cuts a text into different tokens when it adds its special tokens`;
}

/** UTF-16 offsets from the bytes of the tokens, which together are those of the text, after a space at most. */
function spansOf(first: readonly ServerToken[], tokens: readonly ServerToken[], text: string): ServedCut {
  const bytes = utf8Of(text);
  const spelled = tokens.map((token) => bytesOf(token.bytes));
  const given = spelled.flat();
  const shift = given.length - bytes.length;
  const isText = given.every((byte, i) => (i < shift ? byte === 0x20 : byte === bytes[i - shift]));
  if (shift < 0 || shift > 1 || !isText) throw unlike`The tokens of the server do not spell the text`;
  const { starts, ends } = spansOfTokens(spelled, shift);
  return {
    ids: Uint32Array.from([...first, ...tokens], ({ id }) => id),
    starts: Uint32Array.from([...first.map(() => 0), ...starts]),
    ends: Uint32Array.from([...first.map(() => 0), ...ends]),
    added: first.length,
  };
}

function bytesOf(bytes: readonly number[] | null): readonly number[] {
  if (bytes) return bytes;
  throw unlike`The server gives the ids of tokens, but not their texts`;
}

const unlike = (...what: Parameters<typeof said>): EngineError =>
  new EngineError('server-failed', said`${said(...what)}. Connect to it with the file of its model.`);
