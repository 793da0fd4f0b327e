import type {
  Control,
  DescribeRequest,
  Encoded,
  EncodeRequest,
  Engine,
  FindRequest,
  FindResult,
  InspectRequest,
  LoadRequest,
  ModelInfo,
  ModelSummary,
  Neighbours,
  NeighboursRequest,
  Prediction,
  PredictionRequest,
  Progress,
  Run,
  Signal,
  TokenFacts,
  TokeniseRequest,
  Tokenisation,
  VocabularyRequest,
  VocabularyTexts,
} from '../shared/engine';
import type { Ablation, AblationRequest, Without } from '../shared/ablation';
import type {
  Attention,
  AttentionRequest,
  HeadGrid,
  HeadGridRequest,
  HeadView,
  HeadViewRequest,
  Pattern,
  PatternRequest,
} from '../shared/attention';
import type { Contrasts } from '../shared/contrasts';
import type { TextRequest } from '../shared/tokens';
import type { BackendRequest, BackendState } from '../shared/backend';
import { EngineError } from '../shared/errors';
import { modelKey } from '../shared/model';
import { readsText, type LabRequest, type LabResult } from '../shared/lab';
import type { Inspection } from '../shared/inspection';
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
} from '../shared/layers';
import { ablation } from './analysis/ablation';
import { attention } from './analysis/attention';
import { contrasts } from './analysis/contrasts';
import { dimensions } from './analysis/dimensions';
import { divergence } from './analysis/divergence';
import { headGrid } from './analysis/headGrid';
import { headView } from './analysis/headView';
import { inspect } from './analysis/inspect';
import { journey } from './analysis/journey';
import { leaders } from './analysis/leaders';
import { lens } from './analysis/lens';
import { neighboursOf } from './analysis/neighbours';
import { pattern } from './analysis/pattern';
import { predict } from './analysis/prediction';
import { runText } from './analysis/run';
import { residualVector, scope } from './analysis/scope';
import { tokenFacts } from './analysis/tokenFacts';
import { tokenise } from './analysis/tokenise';
import { withParts } from './analysis/without';
import { describeFile } from './model/describe';
import { encodeWith } from './tokenizer/encodings';
import { Backends, noGpu, type GpuOwner } from './gpu/backends';
import { HubCalls } from './hub/hubCalls';
import { checkCount, checkId, checkPushed } from './analysis/limits';
import { machineMemory, type MemoryLimits } from './model/memory';
import { loadModel } from './model/load';
import type { Model } from './model/model';
import { stopIfAborted } from './tasks/pause';
import { PositionStore } from './analysis/positions';
import { SharedWork } from './tasks/sharedWork';
import { runExperiment } from './lab/lab';
import { UnfinishedRuns } from './lab/unfinished';
import { NewestOnly } from './tasks/newestOnly';

interface Loading {
  readonly key: string;
  readonly shared: SharedWork<Loaded, Progress>;
}

interface Loaded {
  readonly model: Model;
  readonly info: ModelInfo;
  readonly positions: PositionStore;
  readonly unfinished: UnfinishedRuns;
}

/** The engine in this thread. It holds one model and runs one request at a time. A new run cancels older ones. */
export class LocalEngine extends HubCalls implements Engine {
  #loading: Loading | undefined;
  readonly #runs = new NewestOnly();
  readonly #labs = new NewestOnly();

  readonly #backends: Backends;

  /** `memory` returns the limits. It is called for each model. */
  constructor(
    private readonly memory: (freed?: number) => MemoryLimits = machineMemory,
    gpu: GpuOwner = noGpu,
  ) {
    super();
    this.#backends = new Backends(gpu, (signal) => this.#runs.ended(signal));
  }

  async describe({ path, freed }: DescribeRequest, control: Control = {}): Promise<ModelSummary> {
    stopIfAborted(control.signal);
    return describeFile(path, this.memory(freed));
  }

  async load(request: LoadRequest, control: Control = {}): Promise<ModelInfo> {
    stopIfAborted(control.signal);
    const key = modelKey(request);
    if (this.#loading?.key !== key || this.#loading.shared.abandoned) this.#loading = this.#begin(key, request);
    return (await this.#loading.shared.join(control)).info;
  }

  #begin(key: string, request: LoadRequest): Loading {
    const before = this.#loading?.shared.result;
    const shared = new SharedWork<Loaded, Progress>(async (signal, tell) => {
      // Only one model fits into memory, so the old one is released first, once nothing runs on it.
      const old = await before?.catch(() => undefined);
      await this.#stop();
      await old?.model.release();
      const { model, info } = await loadModel(request, signal, tell, this.memory());
      return { model, info, positions: new PositionStore(), unfinished: new UnfinishedRuns() };
    });
    const loading = { key, shared };
    shared.result.catch(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    return loading;
  }

  async useBackend(request: BackendRequest, control: Control = {}): Promise<BackendState> {
    const loading = this.#loading;
    const { model } = await this.#loaded(control);
    if (this.#loading !== loading) throw new EngineError('cancelled', 'The model is no longer loaded.');
    return this.#backends.use(model, request, control.signal);
  }

  async tokenise(request: TokeniseRequest, control: Control = {}): Promise<Tokenisation> {
    const { model } = await this.#loaded(control);
    return tokenise(model, request).tokenisation;
  }

  async run(request: TextRequest, control: Control = {}): Promise<Run> {
    const { model, positions } = await this.#running(control);
    return this.#runs.do(control.signal, (signal) => runText(model, positions, request, { ...control, signal }));
  }

  async inspect(request: InspectRequest, control: Control = {}): Promise<Inspection> {
    const { model, info, positions } = await (request.top > 0 || request.layers || request.without
      ? this.#running(control)
      : this.#loaded(control));
    return this.#runs.do(control.signal, (signal) =>
      leavingOut(model, positions, request, { ...control, signal }, (changed, known) =>
        inspect(changed, info, known, request, { ...control, signal }),
      ),
    );
  }

  async lens(request: LensRequest, control: Control = {}): Promise<Lens> {
    const { model, positions } = await this.#running(control);
    return this.#runs.follow(control.signal, (signal) =>
      leavingOut(model, positions, request, { ...control, signal }, (changed, known) =>
        lens(changed, known, request, { ...control, signal }),
      ),
    );
  }

  async divergence(request: LensRowsRequest, control: Control = {}): Promise<Divergence> {
    const { model, positions } = await this.#running(control);
    return this.#runs.follow(control.signal, (signal) => divergence(model, positions, request, { ...control, signal }));
  }

  async leaders(request: LeadersRequest, control: Control = {}): Promise<Leaders> {
    const { model } = await this.#running(control);
    return this.#runs.follow(control.signal, (signal) => leaders(model, request, { ...control, signal }));
  }

  async dimensions(request: DimensionsRequest, control: Control = {}): Promise<Dimensions> {
    const { model } = await this.#running(control);
    return this.#runs.follow(control.signal, (signal) => dimensions(model, request, { ...control, signal }));
  }

  async journey(request: JourneyRequest, control: Control = {}): Promise<Journey> {
    const { model, positions } = await this.#running(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => journey(model, positions, request, { ...control, signal }));
  }

  async attention(request: AttentionRequest, control: Control = {}): Promise<Attention> {
    const { model } = await this.#running(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => attention(model, request, { ...control, signal }));
  }

  async headGrid(request: HeadGridRequest, control: Control = {}): Promise<HeadGrid> {
    const { model, positions } = await this.#running(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => headGrid(model, positions, request, { ...control, signal }));
  }

  async headView(request: HeadViewRequest, control: Control = {}): Promise<HeadView> {
    const { model, positions } = await this.#running(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => headView(model, positions, request, { ...control, signal }));
  }

  async pattern(request: PatternRequest, control: Control = {}): Promise<Pattern> {
    const { model } = await this.#running(control);
    return this.#runs.follow(control.signal, (signal) => pattern(model, request, { ...control, signal }));
  }

  async ablation(request: AblationRequest, control: Control = {}): Promise<Ablation> {
    const { model, positions } = await this.#running(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => ablation(model, positions, request, { ...control, signal }));
  }

  async contrasts(request: TextRequest, control: Control = {}): Promise<Contrasts> {
    const { model, positions } = await this.#running(control);
    return this.#runs.follow(control.signal, (signal) => contrasts(model, positions, request, { ...control, signal }));
  }

  async scope(request: ScopeRequest, control: Control = {}): Promise<Scope> {
    const { axis } = request;
    const { model, positions } = await (axis.kind === 'token' ? this.#loaded(control) : this.#running(control));
    if (axis.kind === 'token') checkId(model, axis.id);
    const vector =
      axis.kind === 'token'
        ? (axis.side === 'input' ? model.embedding : model.directions.matrix).row(axis.id)
        : await this.#runs.follow(control.signal, (signal) =>
            residualVector(model, positions, axis, { ...control, signal }),
          );
    return scope(model, vector, request, control.signal);
  }

  async lab(request: LabRequest, control: Control = {}): Promise<LabResult> {
    const loaded = await (readsText(request.name) ? this.#running(control) : this.#loaded(control));
    return this.#labs.do(control.signal, (signal) => {
      const work = (inner: Signal) => runExperiment(loaded, request, { ...control, signal: inner });
      return readsText(request.name) ? this.#runs.follow(signal, work) : work(signal);
    });
  }

  async vocabulary({ first, count }: VocabularyRequest, control: Control = {}): Promise<VocabularyTexts> {
    const { model } = await this.#loaded(control);
    const end = first + count;
    if (!Number.isInteger(count) || count < 1)
      throw new EngineError('bad-request', `${count} tokens were requested; at least 1 was expected.`);
    checkId(model, first);
    checkId(model, end - 1);
    return model.vocabulary.texts(first, end);
  }

  async neighbours(request: NeighboursRequest, control: Control = {}): Promise<Neighbours> {
    const { model } = await this.#loaded(control);
    checkId(model, request.id);
    checkCount(request.count);
    return neighboursOf(model, request, control.signal);
  }

  async token(id: number, control: Control = {}): Promise<TokenFacts> {
    const { model } = await this.#loaded(control);
    checkId(model, id);
    return tokenFacts(model, id, control.signal);
  }

  async prediction(request: PredictionRequest, control: Control = {}): Promise<Prediction> {
    const { model } = await this.#running(control);
    checkCount(request.count);
    const { dimensions } = model.embedding;
    if (request.hidden.length !== dimensions)
      throw new EngineError(
        'bad-request',
        `The hidden vector has ${request.hidden.length} numbers; ${dimensions} were expected.`,
      );
    return predict(model, request);
  }

  async find(request: FindRequest, control: Control = {}): Promise<FindResult> {
    const { model } = await this.#loaded(control);
    checkCount(request.count);
    return model.vocabulary.find(request);
  }

  async encode(request: EncodeRequest, control: Control = {}): Promise<Encoded> {
    const encoded = await encodeWith(request.encoding, request.text);
    stopIfAborted(control.signal);
    return request.most === undefined ? encoded : { ...encoded, tokens: encoded.tokens.slice(0, request.most) };
  }

  /** Releases the model. */
  async close(): Promise<void> {
    const loading = this.#loading;
    this.#loading = undefined;
    await this.#stop();
    const loaded = await loading?.shared.result.catch(() => undefined);
    await loaded?.model.release();
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#runs.stop(), this.#labs.stop(), this.#backends.stop()]);
  }

  async #loaded(control: Control): Promise<Loaded> {
    stopIfAborted(control.signal);
    if (!this.#loading) throw new EngineError('bad-request', 'No model is loaded; load one first.');
    const loaded = await this.#loading.shared.result;
    stopIfAborted(control.signal);
    return loaded;
  }

  /**
   * The same for requests that need the layers. Rejects with `EngineError('geometry-only')` if they were not loaded.
   */
  async #running(control: Control): Promise<Loaded> {
    const loaded = await this.#loaded(control);
    loaded.model.needRunner();
    return loaded;
  }
}

/** Does work with the model, or with one that leaves out parts. What was measured of the one does not fit the other. */
function leavingOut<T>(
  model: Model,
  positions: PositionStore,
  { without, ...text }: TextRequest & { readonly without?: Without },
  control: Control,
  work: (model: Model, positions: PositionStore) => Promise<T>,
): Promise<T> {
  if (!without || without.parts.length === 0) return work(model, positions);
  return withParts(model, { ...text, without }, control, (changed) => work(changed, new PositionStore()));
}
