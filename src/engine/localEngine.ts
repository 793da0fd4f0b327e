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
import type { BackendRequest, BackendState } from '../shared/backend';
import type { Contrasts } from '../shared/contrasts';
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
  Run,
  Signal,
  TokenFacts,
  TokeniseRequest,
  Tokenisation,
  VocabularyRequest,
  VocabularyTexts,
} from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { Inspection } from '../shared/inspection';
import { readsLayers, readsText, type LabRequest, type LabResult } from '../shared/lab';
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
import type { TextRequest } from '../shared/tokens';
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
import { checkCount, checkId, checkPushed } from './analysis/limits';
import { neighboursOf } from './analysis/neighbours';
import { pattern } from './analysis/pattern';
import { PositionStore } from './analysis/positions';
import { predict } from './analysis/prediction';
import { inspectThere, runThere, tokeniseThere } from './analysis/remoteText';
import { runText } from './analysis/run';
import { residualVector, scope } from './analysis/scope';
import { tokenFacts } from './analysis/tokenFacts';
import { tokenise } from './analysis/tokenise';
import { withParts } from './analysis/without';
import { Backends, noGpu, type GpuOwner } from './gpu/backends';
import { HeldModel, isOnDisk } from './heldModel';
import { HubCalls } from './hub/hubCalls';
import { runExperiment } from './lab/lab';
import { describeFile } from './model/describe';
import { machineMemory, type MemoryLimits } from './model/memory';
import type { Model } from './model/model';
import { NewestOnly } from './tasks/newestOnly';
import { stopIfAborted } from './tasks/pause';
import { encodeWith } from './tokenizer/encodings';

/** The engine in this thread. It holds one model and runs one request at a time. A new run cancels older ones. */
export class LocalEngine extends HubCalls implements Engine {
  readonly #held: HeldModel;
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
    this.#held = new HeldModel(
      () => this.memory(),
      () => this.#stop(),
    );
  }

  async describe({ path, freed }: DescribeRequest, control: Control = {}): Promise<ModelSummary> {
    stopIfAborted(control.signal);
    return describeFile(path, this.memory(freed));
  }

  async load(request: LoadRequest, control: Control = {}): Promise<ModelInfo> {
    return this.#held.load(request, control);
  }

  async useBackend(request: BackendRequest, control: Control = {}): Promise<BackendState> {
    const before = this.#held.current;
    const { model } = await this.#held.geometry(control);
    if (this.#held.current !== before) throw new EngineError('cancelled', 'The model is no longer loaded.');
    return this.#backends.use(model, request, control.signal);
  }

  async tokenise(request: TokeniseRequest, control: Control = {}): Promise<Tokenisation> {
    const held = await this.#held.any(control);
    if (isOnDisk(held)) return tokenise(held.model, request).tokenisation;
    if (request.offline) throw new EngineError('cancelled', 'The text would be sent to a server.');
    return (await tokeniseThere(held.model, request, control)).tokenisation;
  }

  async run(request: TextRequest, control: Control = {}): Promise<Run> {
    const held = await this.#held.any(control);
    return this.#runs.do(control.signal, (signal) => {
      const inner = { ...control, signal };
      if (!isOnDisk(held)) return runThere(held.model, request, inner);
      return runText(held.model, held.positions, request, inner);
    });
  }

  async inspect(request: InspectRequest, control: Control = {}): Promise<Inspection> {
    const held = await this.#held.any(control);
    if (!isOnDisk(held))
      return this.#runs.do(control.signal, (signal) =>
        inspectThere(held.model, held.info, request, { ...control, signal }),
      );
    const { model, info, positions } = held;
    if (request.layers || request.without) model.needRunner();
    else if (request.top > 0) model.needPredictions();
    return this.#runs.do(control.signal, (signal) =>
      leavingOut(model, positions, request, { ...control, signal }, (changed, known) =>
        inspect(changed, info, known, request, { ...control, signal }),
      ),
    );
  }

  async lens(request: LensRequest, control: Control = {}): Promise<Lens> {
    const { model, positions } = await this.#held.layers(control);
    return this.#runs.follow(control.signal, (signal) =>
      leavingOut(model, positions, request, { ...control, signal }, (changed, known) =>
        lens(changed, known, request, { ...control, signal }),
      ),
    );
  }

  async divergence(request: LensRowsRequest, control: Control = {}): Promise<Divergence> {
    const { model, positions } = await this.#held.layers(control);
    return this.#runs.follow(control.signal, (signal) => divergence(model, positions, request, { ...control, signal }));
  }

  async leaders(request: LeadersRequest, control: Control = {}): Promise<Leaders> {
    const { model } = await this.#held.layers(control);
    return this.#runs.follow(control.signal, (signal) => leaders(model, request, { ...control, signal }));
  }

  async dimensions(request: DimensionsRequest, control: Control = {}): Promise<Dimensions> {
    const { model } = await this.#held.layers(control);
    return this.#runs.follow(control.signal, (signal) => dimensions(model, request, { ...control, signal }));
  }

  async journey(request: JourneyRequest, control: Control = {}): Promise<Journey> {
    const { model, positions } = await this.#held.layers(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => journey(model, positions, request, { ...control, signal }));
  }

  async attention(request: AttentionRequest, control: Control = {}): Promise<Attention> {
    const { model } = await this.#held.layers(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => attention(model, request, { ...control, signal }));
  }

  async headGrid(request: HeadGridRequest, control: Control = {}): Promise<HeadGrid> {
    const { model, positions } = await this.#held.layers(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => headGrid(model, positions, request, { ...control, signal }));
  }

  async headView(request: HeadViewRequest, control: Control = {}): Promise<HeadView> {
    const { model, positions } = await this.#held.layers(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => headView(model, positions, request, { ...control, signal }));
  }

  async pattern(request: PatternRequest, control: Control = {}): Promise<Pattern> {
    const { model } = await this.#held.layers(control);
    return this.#runs.follow(control.signal, (signal) => pattern(model, request, { ...control, signal }));
  }

  async ablation(request: AblationRequest, control: Control = {}): Promise<Ablation> {
    const { model, positions } = await this.#held.layers(control);
    checkPushed(model, request);
    return this.#runs.follow(control.signal, (signal) => ablation(model, positions, request, { ...control, signal }));
  }

  async contrasts(request: TextRequest, control: Control = {}): Promise<Contrasts> {
    const { model, positions } = await this.#held.hidden(control);
    return this.#runs.follow(control.signal, (signal) => contrasts(model, positions, request, { ...control, signal }));
  }

  async scope(request: ScopeRequest, control: Control = {}): Promise<Scope> {
    const { axis } = request;
    const { model, positions } = await (axis.kind === 'token'
      ? this.#held.geometry(control)
      : this.#held.hidden(control));
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
    const loaded = await (readsLayers(request.name)
      ? this.#held.layers(control)
      : readsText(request.name)
        ? this.#held.hidden(control)
        : this.#held.geometry(control));
    return this.#labs.do(control.signal, (signal) => {
      const work = (inner: Signal) => runExperiment(loaded, request, { ...control, signal: inner });
      return readsText(request.name) ? this.#runs.follow(signal, work) : work(signal);
    });
  }

  async vocabulary({ first, count }: VocabularyRequest, control: Control = {}): Promise<VocabularyTexts> {
    const { model } = await this.#held.geometry(control);
    const end = first + count;
    if (!Number.isInteger(count) || count < 1)
      throw new EngineError('bad-request', `${count} tokens were requested; at least 1 was expected.`);
    checkId(model, first);
    checkId(model, end - 1);
    return model.vocabulary.texts(first, end);
  }

  async neighbours(request: NeighboursRequest, control: Control = {}): Promise<Neighbours> {
    const { model } = await this.#held.geometry(control);
    checkId(model, request.id);
    checkCount(request.count);
    return neighboursOf(model, request, control.signal);
  }

  async token(id: number, control: Control = {}): Promise<TokenFacts> {
    const { model } = await this.#held.geometry(control);
    checkId(model, id);
    return tokenFacts(model, id, control.signal);
  }

  async prediction(request: PredictionRequest, control: Control = {}): Promise<Prediction> {
    const { model } = await this.#held.hidden(control);
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
    const { model } = await this.#held.geometry(control);
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
    await this.#held.release();
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#runs.stop(), this.#labs.stop(), this.#backends.stop()]);
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
