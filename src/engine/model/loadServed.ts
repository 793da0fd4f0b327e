import type { ModelInfo, Progress, Signal, Control } from '../../shared/engine';
import { EngineError, said } from '../../shared/errors';
import { metrics } from '../../shared/metrics';
import type { LoadRequest } from '../../shared/model';
import { figures, type Said } from '../../shared/said';
import type { ServerRequest, ServerAgreement } from '../../shared/server';
import { softmaxProbability, type Softmax } from '../directions/softmax';
import { connectServer } from '../servers/connect';
import type { ListedPosition, ModelServer, ServerToken } from '../servers/modelServer';
import { ServedText } from '../servers/servedText';
import type { StartCompute } from './compute';
import { loadModel, type ModelAndInfo } from './load';
import { rawLogit } from './logits';
import type { MemoryLimits } from './memory';
import type { Model } from './model';
import type { ServedLayers } from './modelInfo';
import { probe } from './probe';
import { RemoteModel } from './remoteModel';

/** Cut by both sides: words, digits, a word in another script and characters of several bytes. */
const cutProbe = `${probe} 1234, naïve Привет 東京 👩‍🚀`;
/** Likeliest tokens of the probe whose probabilities are compared. */
const compared = 5;
/** Rounding to 8 bits and another quantisation of the matrices stay below it; another model does not. */
const largestDifference = 0.25;

/**
 * Checks that a server and matrices belong to one model: the same width, the same ids for a text, and the same
 * probabilities from h and the matrices as from the server itself. Throws `EngineError('server-mismatch')`, which says
 * what differs.
 */
async function pair(model: Model, server: ModelServer, control: Control): Promise<ServedLayers> {
  const quiet = control.signal ? { signal: control.signal } : {};
  checkSizes(model, server);
  const notices = await checkTokens(model, server, quiet);
  const text = new ServedText(server, model.embedding.dimensions);
  const agreement = server.gives === 'hidden' ? await compare(model, server, text, quiet) : null;
  const unlike = agreement ? [] : [onlyTokens];
  return { server, text, agreement, notices: [...notices, ...unlike] };
}

function checkSizes({ embedding, vocabulary }: Model, server: ModelServer): void {
  const { dimensions, vocabulary: tokens } = server;
  if (dimensions !== null && dimensions !== embedding.dimensions)
    throw mismatch`The server’s vectors have ${dimensions} numbers, those of the file ${embedding.dimensions}`;
  if (tokens !== null && tokens > vocabulary.length)
    throw mismatch`The server’s vocabulary has ${tokens} tokens, that of the file ${vocabulary.length}`;
}

/** Compares how both cut a text. Returns sentences about tokens that only one of them adds. */
async function checkTokens({ tokenizer }: Model, server: ModelServer, control: Control): Promise<Said[]> {
  const { first } = tokenizer;
  const ours = Array.from(tokenizer.encode(cutProbe, { plain: true }).ids);
  const bare = first === undefined ? ours : ours.slice(1);
  const asked = { text: cutProbe, plain: true };
  const theirs = idsOf(await server.tokenise({ ...asked, added: false }, control));
  const at = bare.findIndex((id, i) => id !== theirs[i]);
  if (at >= 0 || theirs.length !== bare.length) {
    const place = at < 0 ? Math.min(bare.length, theirs.length) : at;
    throw mismatch`The server and the file cut a text into different tokens: token ${place + 1} is ${theirs[place] ?? said`missing`} on the server and ${bare[place] ?? said`missing`} in the file`;
  }
  const withAdded = idsOf(await server.tokenise({ ...asked, added: true }, control));
  // The server may also add a token after the text. The text itself then still begins with the first one.
  const isBefore = withAdded.length > theirs.length && withAdded[0] !== theirs[0];
  const before = isBefore ? withAdded[0] : undefined;
  if (before === first) return [];
  return [
    before === undefined
      ? said`The file asks for ${nameOf(tokenizer.textOf(first as number))} before every text, which the server does not add by itself. It is sent with the text.`
      : said`The server adds ${nameOf(tokenizer.textOf(before))} before a text by itself, which the file does not ask for. It is not sent with the text.`,
  ];
}

/** A model and its fine-tuned relatives cut texts alike. */
const onlyTokens = said`Only the tokens could show whether the server runs the model of this file. Models of one family can share them.`;

const idsOf = (tokens: readonly ServerToken[]): number[] => tokens.map(({ id }) => id);
const nameOf = (token: string): string => `“${token}”`;

/** The server’s own probabilities after the probe against those from its h and our matrix. */
async function compare(
  model: Model,
  server: ModelServer,
  text: ServedText,
  control: Control,
): Promise<ServerAgreement | null> {
  const ids = Array.from(model.tokenizer.encode(probe, { plain: true }).ids);
  const hidden = (await text.hidden(ids, control)).slice(-model.embedding.dimensions);
  if (!server.lists || !server.listed) return null;
  const [position] = await server.listed(ids, { first: ids.length - 1, count: compared }, control);
  const lists = model.directions.bias ? [...metrics, 'logit' as const] : metrics;
  const [found] = await model.directions.search([hidden], { count: compared, lists, hidden: 1 });
  const { softmax } = found as { readonly softmax: Softmax };
  const own = (id: number) =>
    id < model.vocabulary.length ? softmaxProbability(model.capped(rawLogit(model, hidden, id)), softmax) : 0;
  const differences = likeliest(position).map(({ id, logProbability: theirs }) => ({
    id,
    theirs: Math.exp(theirs),
    ours: own(id),
  }));
  const shareOf = ({ ours, theirs }: (typeof differences)[number]) => Math.abs(ours - theirs) / theirs;
  const [worst] = [...differences].sort((a, b) => shareOf(b) - shareOf(a));
  if (!worst) return null;
  if (shareOf(worst) > largestDifference)
    throw mismatch`After a test text the server gives ${nameOf(model.tokenizer.textOf(worst.id))} a probability of ${figures(worst.theirs.toPrecision(3))}; its h and the file’s matrix give ${figures(worst.ours.toPrecision(3))}`;
  return { tokens: differences.length, largest: shareOf(worst) };
}

const likeliest = (position: ListedPosition | undefined) => position?.likeliest.slice(0, compared) ?? [];

const mismatch = (...what: Parameters<typeof said>): EngineError =>
  new EngineError('server-mismatch', said`${said(...what)}. Choose the file of the model that the server runs.`);

/** Share of a load that connecting takes; the matrices take the rest. */
const connected = 0.05;

/**
 * Loads the matrices of a model whose layers a server runs, and checks that both are the same model. Throws
 * `EngineError('server-failed')` if the server cannot be asked and `EngineError('server-mismatch')` if it runs another
 * model.
 */
export async function loadServed(
  request: LoadRequest,
  asked: ServerRequest & { readonly matrices: string },
  signal: Signal | undefined,
  onProgress: (progress: Progress) => void,
  limits: MemoryLimits,
  computes: readonly StartCompute[],
): Promise<ModelAndInfo> {
  const control = signal ? { signal } : {};
  const server = await connectTo(asked, signal, onProgress);
  const { threads, sameBits, name } = request;
  const file = { path: asked.matrices, geometryOnly: true, getsHidden: true, ...(threads && { threads }) } as const;
  const { model, info } = await loadModel(
    { ...file, ...(name !== undefined && { name }), ...(sameBits !== undefined && { sameBits }) },
    signal,
    ({ stage, fraction }) => onProgress({ stage, fraction: connected + fraction * (1 - connected) }),
    limits,
    computes,
  );
  try {
    const served = model.withServer(await pair(model, server, control));
    return { model: served, info: served.describe(info.checks) };
  } catch (error) {
    await model.release();
    throw error;
  }
}

/** Connects to a server without any file of its model. Throws `EngineError('server-failed')`. */
export async function loadRemote(
  { name }: Pick<LoadRequest, 'name'>,
  asked: ServerRequest,
  signal: Signal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<{ readonly model: RemoteModel; readonly info: ModelInfo }> {
  const model = new RemoteModel(await connectTo(asked, signal, onProgress), name);
  return { model, info: model.describe() };
}

function connectTo(asked: ServerRequest, signal: Signal | undefined, onProgress: (progress: Progress) => void) {
  const fraction = connected / 2;
  return connectServer(asked, {
    ...(signal && { signal }),
    onProgress: () => onProgress({ stage: 'connect', fraction }),
  });
}
