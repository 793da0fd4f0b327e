import type { Ablation, AblationRequest } from '../../../src/shared/ablation';
import type {
  Attention,
  HeadGrid,
  HeadGridRequest,
  HeadView,
  HeadViewRequest,
  Pattern,
  PatternRequest,
} from '../../../src/shared/attention';
import type { BackendState } from '../../../src/shared/backend';
import type { Contrasts } from '../../../src/shared/contrasts';
import type {
  Control,
  Engine,
  ModelInfo,
  ModelSummary,
  Neighbours,
  NeighboursRequest,
  Prediction,
  PredictionRequest,
  Run,
  TokenFacts,
  Tokenisation,
  VocabularyTexts,
} from '../../../src/shared/engine';
import { engineFrom } from '../../../src/shared/enginePort';
import { EngineError } from '../../../src/shared/errors';
import type { HubFetchRequest } from '../../../src/shared/hub';
import type { LabRequest, LabResult } from '../../../src/shared/lab';
import type {
  Dimensions,
  DimensionsRequest,
  Divergence,
  Journey,
  JourneyRequest,
  Leaders,
  LeadersRequest,
  Lens,
  LensRequest,
  LensRowsRequest,
  Scope,
  ScopeRequest,
} from '../../../src/shared/layers';
import { byMetric } from '../../../src/shared/metrics';
import type { TextRequest, RankedToken, VocabularyToken } from '../../../src/shared/tokens';
import { hubAnswers } from './fakeHubAnswers';

type Method = keyof Engine;

/**
 * An engine whose tokens are the UTF-16 units of the text, with the unit as id and size. Calls wait at a gate where one
 * is set, end when their signal is aborted, and are written down.
 */
export class FakeEngine {
  readonly calls: { readonly method: Method; readonly request: unknown; readonly control: Control | undefined }[] = [];
  readonly failures = new Map<Method, Error>();
  /** What its model is besides. */
  model: Partial<ModelInfo> = {};
  /** Where the rulers disagree; null: nowhere. */
  contrasts: Contrasts | null = null;
  /** What its layers can run on. */
  backend: BackendState = { backend: 'wasm', reason: { kind: 'chosen' }, adapter: null, agreement: null, times: null };
  readonly #gates = new Map<Method, Promise<void>>();
  readonly #waiting = new Map<Method, () => void>();

  readonly engine: Engine = engineFrom(async (method, request, control) => {
    this.calls.push({ method, request, control });
    const gate = this.#gates.get(method);
    const aborted = new Promise<never>((_, reject) =>
      control?.signal?.addEventListener('abort', () => reject(new EngineError('cancelled', 'Cancelled.'))),
    );
    this.#waiting.get(method)?.();
    await Promise.race([gate, aborted]);
    const failure = this.failures.get(method);
    if (failure) throw failure;
    const given = answer(method, request, this);
    return (method === 'load' ? { ...(given as ModelInfo), ...this.model } : given) as never;
  });

  count(method: Method): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  last(method: Method) {
    return this.calls.findLast((call) => call.method === method);
  }

  /** Calls of this method wait until the returned function is called. */
  close(method: Method): () => void {
    let open = () => {};
    this.#gates.set(method, new Promise((resolve) => (open = resolve)));
    return () => {
      this.#gates.delete(method);
      open();
    };
  }

  /** Resolves when the method is called next. */
  called(method: Method): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(method, resolve));
  }
}

function answer(
  method: Method,
  request: unknown,
  { backend, contrasts, model: { vocabulary = model.vocabulary } }: FakeEngine,
): unknown {
  switch (method) {
    case 'useBackend':
      return backend;
    case 'describe':
      return summary;
    case 'load':
      return { ...model, name: (request as { path: string }).path };
    case 'tokenise':
      return cut(request as TextRequest & { most?: number });
    case 'run':
      return run(request as TextRequest);
    case 'token':
      return {
        token: vocabularyToken(request as number),
        ownRank: { raw: ranks, centred: ranks, normed: ranks },
      } satisfies TokenFacts;
    case 'neighbours': {
      const { id, centred, count, space } = request as NeighboursRequest;
      const list = Array.from({ length: Math.min(count, vocabulary) }, (_, at) => ranked(id + at));
      return {
        query: vocabularyToken(id),
        ...(space && { space }),
        centred,
        lists: byMetric(() => list),
      } satisfies Neighbours;
    }
    case 'prediction':
      return prediction(request as PredictionRequest, vocabulary);
    case 'find':
      return { tokens: [vocabularyToken(97)], total: 1 };
    case 'hubSearch':
    case 'hubFiles':
    case 'hubGeometry':
    case 'hubDownload':
      return hubAnswers[method](request as HubFetchRequest);
    case 'encode': {
      const { encoding, text } = request as { encoding: string; text: string };
      return { encoding, count: text.length, tokens: [] };
    }
    case 'scope': {
      const { centred, axis } = request as ScopeRequest;
      const size = axis.kind === 'token' ? axis.id : axis.layer;
      return {
        centred,
        size,
        dots: new Float32Array(2),
        sizes: new Float32Array(2),
        nearest: byMetric(() => []),
      } satisfies Scope;
    }
    case 'vocabulary':
      return {
        first: 0,
        bytes: new Uint8Array(2),
        ends: Uint32Array.of(1, 2),
        special: new Uint8Array(2),
        sizes: new Float32Array(2),
      } satisfies VocabularyTexts;
    case 'lens': {
      const { first, count, positions } = request as LensRequest;
      const row = Array.from({ length: (positions?.to ?? 0) - (positions?.from ?? 0) }, (_, at) => ({
        top: [{ token: vocabularyToken(at), probability: 0.5 }],
        entropy: 1,
        rank: 2,
      }));
      return { first, rows: Array.from({ length: count }, () => row) } satisfies Lens;
    }
    case 'divergence': {
      const { first, count, positions } = request as LensRowsRequest;
      const row = new Float64Array((positions?.to ?? 0) - (positions?.from ?? 0)).fill(3);
      return { first, rows: Array.from({ length: count }, () => row) } satisfies Divergence;
    }
    case 'leaders': {
      const { position } = request as LeadersRequest;
      return { position, rows: [{ layer: 0, after: 'layer' }], tokens: [] } satisfies Leaders;
    }
    case 'dimensions': {
      const { position, layer } = request as DimensionsRequest;
      return { position, layer, size: 1, median: 0, largest: [] } satisfies Dimensions;
    }
    case 'journey': {
      const { position, output } = request as JourneyRequest;
      const push = { input: 0, attention: [], feedForward: [], bias: 0 };
      const token = vocabularyToken(output ?? 0);
      return {
        position,
        input: token,
        predicted: token,
        next: null,
        residualSize: [],
        angleToInput: [],
        angleToPredicted: [],
        angleToNext: null,
        attentionSize: [],
        feedForwardSize: [],
        partsAngle: [],
        output: token,
        pair: null,
        logit: 0,
        push,
        meanPush: push,
        sink: null,
        inputDeviation: 0,
        learned: null,
      } satisfies Journey;
    }
    case 'attention':
      return { from: 0, heads: [], biases: [] } satisfies Attention;
    case 'headGrid': {
      const { position } = request as HeadGridRequest;
      return { position, output: vocabularyToken(0), against: null, heads: [], biases: [] } satisfies HeadGrid;
    }
    case 'headView': {
      const { position, layer, head } = request as HeadViewRequest;
      return {
        ...{ layer, head, position, output: vocabularyToken(0), against: null, weights: Float64Array.of(1) },
        ...{ size: 1, attentionSize: 1, push: 0, angle: 90, turn: 0, raised: [], lowered: [], sources: [] },
      } satisfies HeadView;
    }
    case 'pattern': {
      const { layer, head, ...read } = request as PatternRequest;
      const { length } = run(read);
      const cells = new Float32Array((length * (length + 1)) / 2);
      return { layer, head, positions: length, together: 1, cells } satisfies Pattern;
    }
    case 'ablation': {
      const { position } = request as AblationRequest;
      return {
        ...{ position, hiddenSize: [1, 1], entropy: [1, 1], divergence: 0, tokens: [] },
      } satisfies Ablation;
    }
    case 'contrasts':
      return (
        contrasts ??
        ({
          partings: Array.from({ length: run(request as TextRequest).length }, () => 'none' as const),
          kind: 'agree',
          reason: { kind: 'tied', position: 0 },
        } satisfies Contrasts)
      );
    case 'lab': {
      const { name } = request as LabRequest;
      if (name !== 'extremes') throw new Error('Only extremes can be asked for.');
      return {
        name,
        result: { longest: [], shortest: [], nearMean: [], duplicates: [], unreachable: [] },
      } satisfies LabResult;
    }
    case 'inspect':
      throw new Error('The editor does not ask for this.');
  }
}

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

const model: ModelInfo = {
  name: '',
  architecture: 'fake',
  quantisation: 'F32',
  fileBytes: 4,
  dimensions: 2,
  vocabulary: 65536,
  tokenizer: 'units',
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

function run(request: TextRequest): Run {
  const { tokens, contextCount } = cut(request);
  const length = Math.min(tokens.length, contextCount + (request.limit ?? Infinity));
  return {
    length,
    dimensions: 2,
    hidden: Float32Array.from({ length: 2 * length }, (_, at) => at),
    hiddenSize: Float64Array.from({ length }, (_, at) => at),
    entropy: new Float64Array(length),
    surprisal: Float64Array.from({ length }, (_, at) => (at === 0 ? NaN : at)),
    likeliest: Array.from({ length }, () => []),
    layers: { residualSize: [], angleToInput: [], angleToPrediction: [], attentionSize: [], feedForwardSize: [] },
  };
}

/** The size says which position was asked for. */
const prediction = ({ hidden, count }: PredictionRequest, vocabulary: number): Prediction => ({
  hiddenSize: (hidden[0] ?? NaN) / 2,
  entropy: 0,
  top: Array.from({ length: Math.min(count, vocabulary) }, (_, at) => ({
    ...ranked(at),
    probability: 1 / count,
    logit: 0,
    rawLogit: 0,
    bias: 0,
  })),
  nearest: byMetric(() => []),
  lengths: { lengths: [], actual: 0, nearest: [], sharedWithDot: [], sharedWithCosine: [] },
});
