import type { BackendState } from '../../../src/shared/backend';
import type { OtherModel } from '../../../src/shared/both';
import { readConversation } from '../../../src/shared/chat/conversation';
import type { Chat, ChatBand, ChatRequest } from '../../../src/shared/chat/rendered';
import type { FileContents } from '../../../src/shared/contents';
import type { ContinuationStep } from '../../../src/shared/continuation';
import type { Contrasts } from '../../../src/shared/contrasts';
import {
  engineFrom,
  type AnswerOf,
  type Call,
  type CallName,
  type Control,
  type ModelInfo,
  type ModelSummary,
  type Prediction,
  type RequestOf,
  type Run,
  type Tokenisation,
} from '../../../src/shared/engine';
import { EngineError } from '../../../src/shared/errors';
import type { UntrainedResult } from '../../../src/shared/lab';
import { byMetric } from '../../../src/shared/metrics';
import { verbatim } from '../../../src/shared/said';
import type { OfRun, TextRequest, RankedToken, VocabularyToken } from '../../../src/shared/tokens';
import { blamed, otherModel, rowInBoth, sameTokens, tokenInBoth } from './fakeBoth';
import { hubAnswers } from './fakeHubAnswers';
import { mattered } from './fakeMatters';
import { sizeOfExpression, vectorAnswers } from './fakeVectors';

/**
 * An engine whose tokens are the UTF-16 units of the text, with the unit as id and size. Calls wait at a gate where one
 * is set, end when their signal is aborted, and are written down.
 */
export class FakeEngine {
  readonly calls: {
    readonly method: CallName;
    readonly asked: unknown;
    readonly request: unknown;
    readonly control: Control | undefined;
  }[] = [];
  readonly failures = new Map<CallName, Error>();
  /** What its model is besides. */
  model: Partial<ModelInfo> = {};
  /** What a second model is besides. */
  other: Partial<OtherModel> = {};
  /** Where the rulers disagree; null: nowhere. */
  contrasts: Contrasts | null = null;
  /** What its layers can run on. */
  backend: BackendState = { backend: 'wasm', reason: { kind: 'chosen' }, adapter: null, agreement: null, times: null };
  readonly #gates = new Map<CallName, Promise<void>>();
  readonly #waiting = new Map<CallName, () => void>();

  readonly call: Call = async <C extends CallName>(method: C, request: RequestOf<C>, control?: Control) => {
    this.calls.push({ method, asked: request, request: withText(request), control });
    const gate = this.#gates.get(method);
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(new EngineError('cancelled', 'Cancelled.'));
      control?.signal?.addEventListener('abort', abort);
    });
    this.#waiting.get(method)?.();
    await Promise.race([gate, aborted]);
    control?.signal?.removeEventListener('abort', abort);
    const failure = this.failures.get(method);
    if (failure) throw failure;
    const answer = answers[method];
    if (!answer) throw new Error(`The engine of the tests has no answer to ${method}.`);
    return answer(request, this);
  };
  readonly engine = this.with({});

  /** The engine with some calls of one's own. */
  with<Own extends object>(own: Own) {
    return engineFrom(this.call, own);
  }

  count(method: CallName): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  last(method: CallName) {
    return this.calls.findLast((call) => call.method === method);
  }

  /** Calls of this method wait until the returned function is called. */
  close(method: CallName): () => void {
    let open = () => {};
    this.#gates.set(method, new Promise((resolve) => (open = resolve)));
    return () => {
      this.#gates.delete(method);
      open();
    };
  }

  /** Begins a work, which waits at its first call of the method until that is opened. */
  async held<T>(method: CallName, work: () => T): Promise<{ readonly open: () => void; readonly done: T }> {
    const [open, called] = [this.close(method), this.called(method)];
    const done = work();
    await called;
    return { open, done };
  }

  /** Resolves when the method is called next. */
  called(method: CallName): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(method, resolve));
  }
}

const untrained: UntrainedResult = {
  tied: true,
  vocabulary: 200,
  reference: { kind: 'given', count: 1, examples: [], sizes: [1, 1], smaller: 0 },
  principal: 0.5,
  bound: 0.9,
  found: { text: 0, control: 0, partial: 0, unreachable: 0 },
  nearest: [],
  control: [],
};

/** What each call answers that the editor's tests make. */
const answers: {
  readonly [C in CallName]?: (request: RequestOf<C>, fake: FakeEngine) => AnswerOf<C>;
} = {
  useBackend: (_, { backend }) => backend,
  describe: () => summary,
  contents: () => contents,
  tensorStatistics: () => ({ count: 2, least: 0, most: 1, mean: 0.5, standardDeviation: 0.5, zeros: 0.5, rows: null }),
  tensorChanges: () => ({ tensors: [], every: 1, unlike: [] }),
  fileHash: () => 'ab',
  load: ({ path }, fake) => ({ ...model, name: path, ...fake.model }),
  tokenise: (request) => cut(request),
  renderChat: (request) => rendered(request),
  run: (request) => run(request),
  token: (id) => ({ token: vocabularyToken(id), ownRank: { raw: ranks, centred: ranks, normed: ranks } }),
  neighbours: ({ id, centred, count, space }, fake) => {
    const list = Array.from({ length: Math.min(count, vocabularyOf(fake)) }, (_, at) => ranked(id + at));
    return { query: vocabularyToken(id), ...(space && { space }), centred, lists: byMetric(() => list) };
  },
  prediction: ({ position, count }, fake) => prediction(position, Math.min(count, vocabularyOf(fake))),
  find: () => ({ tokens: [vocabularyToken(97)], total: 1 }),
  ...hubAnswers,
  ...vectorAnswers({ ranked: (id) => ranked(id), cut: (text) => cut(text), run: (text) => run(text) }),
  documentTokens: ({ text }, { model: { trunk = model.trunk } }) => {
    const ids = Int32Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    const starts = Uint32Array.from(ids, (_, at) => at);
    const contextLength = trunk?.contextLength ?? Infinity;
    return {
      ids,
      starts,
      ends: starts.map((at) => at + 1),
      sizes: Float32Array.from(ids),
      added: 0,
      control: [],
      contextLength,
    };
  },
  // A token's surprisal is its unit, of which the engine expected the next three.
  measureWindow: ({ ids, from }) => ({
    surprisal: Float64Array.from(ids.subarray(from), (id, at) => (from + at === 0 ? NaN : id)),
    entropy: Float64Array.from(ids.subarray(from), () => 1),
    expected: Array.from(ids.subarray(from), (id, at) =>
      from + at === 0 ? [] : [1, 2, 3].map((by) => ({ token: vocabularyToken(id + by), probability: 0.25 })),
    ),
  }),
  encode: ({ encoding, text }) => ({ encoding, count: text.length, tokens: [] }),
  cuts: ({ text, others }) => ({
    own: { name: 'own', count: text.length, tokens: [] },
    others: others.map((source) => {
      const name = 'path' in source ? source.path : source.encoding;
      return { source, name, count: 2 * text.length, tokens: [], partings: [] };
    }),
  }),
  tokenizerCheck: () => ({ notices: [], cutThrough: { count: 0, of: 200, examples: [] } }),
  scope: ({ centred, axis }) => ({
    centred,
    size: axis.kind === 'token' ? axis.id : axis.kind === 'vector' ? sizeOfExpression(axis.expression) : axis.layer,
    dots: new Float32Array(2),
    sizes: new Float32Array(2),
    nearest: byMetric(() => []),
  }),
  vocabulary: () => ({
    first: 0,
    bytes: new Uint8Array(2),
    ends: Uint32Array.of(1, 2),
    special: new Uint8Array(2),
    sizes: new Float32Array(2),
  }),
  lens: ({ first, count, positions }) => {
    const row = Array.from({ length: (positions?.to ?? 0) - (positions?.from ?? 0) }, (_, at) => ({
      top: [{ token: vocabularyToken(at), probability: 0.5 }],
      entropy: 1,
      rank: 2,
    }));
    return { first, rows: Array.from({ length: count }, () => row) };
  },
  divergence: ({ first, count, positions }) => {
    const row = new Float64Array((positions?.to ?? 0) - (positions?.from ?? 0)).fill(3);
    return { first, rows: Array.from({ length: count }, () => row) };
  },
  leaders: ({ position }) => ({ position, rows: [{ layer: 0, after: 'layer' }], tokens: [] }),
  dimensions: ({ position, layer }) => ({ position, layer, size: 1, median: 0, largest: [] }),
  journey: ({ position, output = 0 }) => {
    const push = { input: 0, attention: [], feedForward: [], bias: 0 };
    const token = vocabularyToken(output);
    return {
      ...{ position, input: token, predicted: token, next: null, output: token, pair: null, logit: 0 },
      ...{ residualSize: [], angleToInput: [], angleToPredicted: [], angleToNext: null },
      ...{ attentionSize: [], feedForwardSize: [], partsAngle: [] },
      ...{ push, meanPush: push, sink: null, inputDeviation: 0, learned: null },
    };
  },
  attention: () => ({ from: 0, heads: [], biases: [] }),
  headGrid: ({ position }) => ({ position, output: vocabularyToken(0), against: null, heads: [], biases: [] }),
  headView: ({ position, layer, head }) => ({
    ...{ layer, head, position, output: vocabularyToken(0), against: null, weights: Float64Array.of(1) },
    ...{ size: 1, attentionSize: 1, push: 0, angle: 90, turn: 0, raised: [], lowered: [], sources: [] },
  }),
  pattern: ({ layer, head, ...read }) => {
    const { length } = runOf(read);
    return { layer, head, positions: length, together: 1, cells: new Float32Array((length * (length + 1)) / 2) };
  },
  ablation: ({ position }) => ({ position, hiddenSize: [1, 1], entropy: [1, 1], divergence: 0, tokens: [] }),
  contrasts: (request, { contrasts }) =>
    contrasts ?? {
      partings: Array.from({ length: runOf(request).length }, () => 'none' as const),
      kind: 'agree',
      reason: { kind: 'tied', position: 0 },
    },
  loadOther: ({ path }, fake) => ({ ...otherModel({ ...model, name: path }), ...fake.other }),
  scaleOther: ({ scale }, fake) => ({ ...otherModel(model), ...fake.other, scale }),
  releaseOther: () => undefined,
  blame: (question) => blamed(question),
  matters: (question) => mattered(question),
  textInBoth: (request) => sameTokens(run(request).length),
  positionInBoth: ({ position, count }) => ({
    ...{ position, divergence: [1, 1], entropy: [1, 1], hiddenSize: [1, 1], hiddenAngle: 0 },
    ...{ residualSize: [new Float64Array(1), new Float64Array(1)], residualAngle: null },
    tokens: Array.from({ length: count }, (_, id) => tokenInBoth(vocabularyToken(id))),
    likeliest: [[0], [0]],
  }),
  rowsInBoth: ({ matrix, ids }) => ({
    ...{ matrix, rows: 2, angle: null, turned: [], resized: [] },
    ratio: { mean: 1, median: 1, least: 1, most: 1, histogram: { from: 1, width: 1, counts: [2] } },
    tokens: ids.map((id) => rowInBoth(vocabularyToken(id))),
  }),
  neighboursInBoth: ({ id, matrix }) => ({
    matrix,
    row: rowInBoth(vocabularyToken(id)),
    lists: byMetric(() => [[], []] as const),
    shared: byMetric(() => 0),
  }),
  verifyUntrained: ({ ids }) => ids.map((id) => ({ id, text: `t${id}`, byPrompt: [0.5, 0.25], probability: 0.5 })),
  // The letters after the tokens so far; the second is as likely as the first.
  continuation: ({ after, count, sampler, seed }) => ({
    seed: sampler && seed,
    steps: Array.from({ length: count }, (_, at) => stepOf(97 + after.length + at)),
    ...{ bits: count, ended: 'count' },
  }),
  lab: ({ name }) => {
    if (name === 'untrained') return { name, result: untrained };
    if (name !== 'extremes') throw new Error('Only extremes and untrained can be asked for.');
    return { name, result: { longest: [], shortest: [], nearMean: [], duplicates: [], unreachable: [] } };
  },
};

/** Its handles are the texts themselves. */
const runOf = (request: OfRun): Run => run('run' in request ? (JSON.parse(request.run) as TextRequest) : request);

/** What is written down of a question names its text, so that tests can say which they expect. */
function withText(request: unknown): unknown {
  if (typeof request !== 'object' || request === null) return request;
  if ('run' in request) {
    const { run: handle, ...question } = request;
    return { ...(JSON.parse(String(handle)) as TextRequest), ...question };
  }
  const { axis, place, text } = request as Readonly<Record<string, unknown>>;
  if (axis) return { ...request, axis: withText(axis) };
  if (place) return { ...request, place: withText(place) };
  return typeof text === 'object' ? { ...request, text: withText(text) } : request;
}

const vocabularyOf = ({ model: { vocabulary = model.vocabulary } }: FakeEngine): number => vocabulary;

const ranked = (id: number): RankedToken => ({ token: vocabularyToken(id), values: ranks, angle: 0, ranks });

const ranks = byMetric(() => 1);

const vocabularyToken = (id: number): VocabularyToken => ({
  id,
  text: String.fromCharCode(id),
  bytes: [id & 255],
  special: false,
  size: id,
  percentile: 0,
});

function stepOf(id: number): ContinuationStep {
  const alternatives = [id, id + 1].map((one) => ({ token: vocabularyToken(one), probability: 0.5, logit: 0 }));
  return { token: vocabularyToken(id), probability: 0.5, logit: 0, sampled: 1, hiddenSize: 1, alternatives };
}

const summary: ModelSummary = {
  architecture: 'fake',
  parameters: 2,
  quantisation: 'F32',
  tied: true,
  contextLength: 4096,
  fileBytes: 4,
  license: null,
  memory: { run: 2e9, geometry: 1e9 },
  verdict: 'runs',
  refusal: null,
};

const contents: FileContents = {
  format: 'GGUF',
  files: 1,
  fileBytes: 4,
  metadata: [{ key: 'general.architecture', type: 'text', text: 'fake', entries: null, isCut: false }],
  tensors: ['token_embd.weight', '__proto__'].map((name) => ({ name, type: 'F32', shape: [1], bytes: 4 })),
  damage: null,
};

const model: ModelInfo = {
  name: '',
  architecture: 'fake',
  quantisation: 'F32',
  fileBytes: 4,
  dimensions: 2,
  vocabulary: 65536,
  tokenizer: verbatim('units'),
  trunk: {
    layers: 1,
    heads: 1,
    keyValueHeads: 1,
    feedForward: 2,
    contextLength: 4096,
    position: 'learned',
    rotary: null,
    norm: 'RMSNorm',
  },
  tied: true,
  outputSizes: null,
  threads: 1,
  sizes: {
    smallest: vocabularyToken(0),
    largest: vocabularyToken(65535),
    mean: 1,
    meanRow: 1,
    histogram: { from: 0, width: 1, counts: [] },
  },
  checks: [],
  notices: [],
};

function cut({
  text,
  context = '',
  contextTokens = Infinity,
  limit = Infinity,
  most = Infinity,
}: TextRequest & { most?: number }): Tokenisation {
  const kept = context.slice(Math.max(0, context.length - contextTokens));
  const all = kept + text.slice(0, most);
  return {
    tokens: Array.from({ length: all.length }, (_, index) => ({
      ...vocabularyToken(all.charCodeAt(index)),
      index,
      start: index - kept.length,
      end: index - kept.length + 1,
    })),
    contextCount: kept.length,
    total: text.length,
    leftOut: Math.max(0, text.length - limit),
  };
}

/** Every message in brackets before its content and after it: `<user>Hi/`. A message of the `fool` makes it fail. */
function rendered({ text, system, generationPrompt }: ChatRequest): Chat {
  const read = readConversation(text);
  const messages =
    system === undefined
      ? read.messages
      : [{ role: 'system', content: system, places: new Uint32Array(), joints: [] }, ...read.messages];
  if (messages.some(({ role }) => role === 'fool'))
    throw new EngineError('bad-request', 'The chat template refuses: “no fools”.');
  let whole = '';
  const parts = messages.map(({ role, content }, message) => {
    const start = whole.length;
    const piece = { message, start: start + role.length + 2, end: start + role.length + 2 + content.length, from: 0 };
    whole += `<${role}>${content}/`;
    return { piece, band: { message, role, start, end: whole.length } };
  });
  const bands: ChatBand[] = parts.map(({ band }) => band);
  if (generationPrompt) {
    bands.push({ message: null, role: 'assistant', start: whole.length, end: whole.length + 1 });
    whole += '>';
  }
  const special = cut({ text: whole }).tokens.filter((token) => token.text === '/');
  const controls = special.slice(0, 1).map((token) => ({ ...token, times: special.length }));
  const pieces = parts.map(({ piece }) => piece);
  return {
    ...{ ...read, messages, text: whole, pieces, bands, findings: [], controls },
    ...{ moreFindings: 0, controlCount: special.length },
    ...{ template: 'fake', templates: ['fake'] },
  };
}

function run(request: TextRequest): Run {
  const { tokens, contextCount } = cut(request);
  const length = Math.min(tokens.length, contextCount + (request.limit ?? Infinity));
  return {
    handle: JSON.stringify(request),
    length,
    hiddenSize: Float64Array.from({ length }, (_, at) => at),
    entropy: new Float64Array(length),
    surprisal: Float64Array.from({ length }, (_, at) => (at === 0 ? NaN : at)),
    likeliest: Array.from({ length }, () => []),
    layers: { residualSize: [], angleToInput: [], angleToPrediction: [], attentionSize: [], feedForwardSize: [] },
  };
}

/** The size says which position was asked for. */
const prediction = (size: number, count: number): Prediction => ({
  hiddenSize: size,
  entropy: 0,
  top: Array.from({ length: count }, (_, at) => ({
    ...ranked(at),
    probability: 1 / count,
    logit: 0,
    rawLogit: 0,
    bias: 0,
  })),
  nearest: byMetric(() => []),
  lengths: { lengths: [], actual: 0, tokens: [], nearest: [], sharedWithDot: [], sharedWithCosine: [] },
});
