import type { Ablation, AblationQuestion } from './ablation';
import type {
  Attention,
  AttentionQuestion,
  HeadGrid,
  HeadGridQuestion,
  HeadView,
  HeadScores,
  HeadViewQuestion,
  Pattern,
  PatternQuestion,
  ScoresQuestion,
} from './attention';
import type { BackendRequest, BackendState } from './backend';
import type { Blame, BlameQuestion, TensorChanges, TensorChangesRequest } from './blame';
import type {
  NeighboursInBoth,
  NeighboursInBothRequest,
  OtherModel,
  OtherRequest,
  PositionInBoth,
  PositionInBothQuestion,
  RowsInBoth,
  RowsInBothRequest,
  TextInBoth,
  TextInBothRequest,
} from './both';
import type { Chat, ChatRequest } from './chat/rendered';
import type { FileContents, TensorRequest, TensorStatistics } from './contents';
import type { Continuation, ContinuationQuestion, ContinuationStep, Sampling, SamplingQuestion } from './continuation';
import type { Contrasts } from './contrasts';
import type { Cuts, CutsRequest, TokenizerCheck, TokenizerCheckRequest } from './cuts';
import type { DocumentTokens, WindowMeasures, WindowRequest } from './document/document';
import type { Encoded, EncodeRequest } from './encodings';
import { EngineError, said } from './errors';
import type { ExpertsQuestion, ExpertsView } from './experts';
import type {
  HubDownload,
  HubFetchRequest,
  HubFilesRequest,
  HubGeometry,
  HubListing,
  HubRepository,
  HubSearchRequest,
} from './hub';
import type { InspectRequest, Inspection } from './inspection';
import type { LabRequest, LabResult } from './lab';
import type { RepeatedToken, RepeatRequest } from './lab';
import type {
  Dimensions,
  DimensionsQuestion,
  Divergence,
  Journey,
  JourneyQuestion,
  Leaders,
  LeadersQuestion,
  Lens,
  LensQuestion,
  LensRowsQuestion,
  Scope,
  ScopeRequest,
} from './layers';
import type { Matters, MattersQuestion } from './matters';
import type { DescribeRequest, FileOfModel, LoadRequest, ModelInfo, ModelSummary } from './model';
import type { Neighbours, NeighboursRequest, TokenFacts } from './neighbours';
import type { NeuronQuestion, Neurons, NeuronsQuestion, NeuronView } from './neurons';
import type { Prediction, PredictionQuestion } from './prediction';
import type { Run, Tokenisation, TokeniseRequest } from './run';
import type { Signal } from './signal';
import type { OfRun, TextRequest } from './tokens';
import type { SteerCurve, SteerCurveQuestion, Steered, SteerQuestion } from './vectors/steering';
import type {
  SecondText,
  PatchCellQuestion,
  PatchedCell,
  PatchQuestion,
  PatchRows,
  TwoPositions,
  TwoPositionsQuestion,
  TwoTexts,
} from './vectors/texts';
import type { OwnVector, VectorRequest } from './vectors/vector';
import type { FindRequest, FindResult, VocabularyRequest, VocabularyTexts } from './vocabulary';

export * from './encodings';
export type { InspectRequest } from './inspection';
export * from './model';
export * from './neighbours';
export * from './prediction';
export * from './run';
export * from './signal';
export type { PredictedToken } from './tokens';
export * from './vocabulary';

/**
 * Every call that needs a model, or reads one: what it is given, and what it answers. Those that name a text and a
 * position wait for the run of the text, and a new `run` cancels them.
 */
interface ModelCalls {
  /** What the header of a model file says. Reads no weights, needs no loaded model and leaves the loaded one alone. */
  describe(request: DescribeRequest): ModelSummary;
  /** The same header entry by entry, as far as it can be read. */
  contents(request: Pick<DescribeRequest, 'path'>): FileContents;
  /** Reads one tensor of a model file. */
  tensorStatistics(request: TensorRequest): TensorStatistics;
  /** Reads two model files, tensor by tensor. Needs no loaded model. */
  tensorChanges(request: TensorChangesRequest): TensorChanges;
  /**
   * The SHA-256 of a file, as lower-case hex. It waits while a text runs. Rejects if the file has changed since it was
   * described.
   */
  fileHash(request: FileOfModel): string;
  /**
   * Reads and checks the model. A failed load is forgotten, so that it can be tried again; a loaded model is returned
   * at once.
   */
  load(request: LoadRequest): ModelInfo;
  /**
   * Moves the layers to the requested backend if it is available and agrees with WASM on a probe text; otherwise they
   * stay on WASM. Runs go on meanwhile.
   */
  useBackend(request: BackendRequest): BackendState;
  /** Cuts a text into tokens and measures them; needs no layer of the model. */
  tokenise(request: TokeniseRequest): Tokenisation;
  /**
   * A text read as a conversation and rendered with the model's own chat template. The other calls take what comes out
   * as any text; runs no layers.
   */
  renderChat(request: ChatRequest): Chat;
  /** Runs the layers over the first `limit` tokens of a text. */
  run(request: TextRequest): Run;
  /** Cuts a document of any length into tokens; needs no layer of the model. */
  documentTokens(request: Pick<TextRequest, 'text' | 'plain'>): DocumentTokens;
  /** Runs a window of a document, after the runs in progress, and measures its tokens from a place on. */
  measureWindow(request: WindowRequest): WindowMeasures;
  /** The vocabulary compared with one token's vector. */
  neighbours(request: NeighboursRequest): Neighbours;
  /** One token of the vocabulary, by its id: where it stands among the others. */
  token(id: number): TokenFacts;
  /** The prediction after a position, taken apart. */
  prediction(request: OfRun & PredictionQuestion): Prediction;
  /** The model goes on with a text, a token at a time; `onProgress` tells the steps so far. */
  continuation(request: OfRun & ContinuationQuestion): Continuation;
  /** The prediction after a position, through the steps of a sampler. */
  sampling(request: OfRun & SamplingQuestion): Sampling;
  /**
   * Tokens whose text contains the query, the exact text and the shortest first; a number also finds the token with
   * that id.
   */
  find(request: FindRequest): FindResult;
  /** Whether the tokenizer of a file cuts texts as it should. Needs no loaded model. */
  tokenizerCheck(request: TokenizerCheckRequest): TokenizerCheck;
  /** One text under the tokenizer of the loaded model and others. */
  cuts(request: CutsRequest): Cuts;
  /** How one of OpenAI's encodings cuts the text; the encoding is loaded on first use and needs no model. */
  encode(request: EncodeRequest): Encoded;
  /** What some of the residuals of a text would predict. */
  lens(request: OfRun & LensQuestion): Lens;
  /** How far the predictions of some rows of the lens are from the final prediction at their position. */
  divergence(request: OfRun & LensRowsQuestion): Divergence;
  /** Every token that some row of the lens at a position puts first. */
  leaders(request: OfRun & LeadersQuestion): Leaders;
  /** The dimensions that carry most of a residual. */
  dimensions(request: OfRun & DimensionsQuestion): Dimensions;
  /** One position layer by layer, and a logit taken apart into pushes. */
  journey(request: OfRun & JourneyQuestion): Journey;
  /** What the heads of a text look at and add to the residual. */
  attention(request: OfRun & AttentionQuestion): Attention;
  /** All heads at one position. */
  headGrid(request: OfRun & HeadGridQuestion): HeadGrid;
  /** One head at one position. */
  headView(request: OfRun & HeadViewQuestion): HeadView;
  /** Why one head looks where it does at one position. */
  headScores(request: OfRun & ScoresQuestion): HeadScores;
  /** The neurons of all layers that push a token most at one position. */
  neurons(request: OfRun & NeuronsQuestion): Neurons;
  /** The experts of a mixture: which ran at every position, and what they added at one. */
  experts(request: OfRun & ExpertsQuestion): ExpertsView;
  /** One neuron at one position. */
  neuronView(request: OfRun & NeuronQuestion): NeuronView;
  /** One head between all positions. */
  pattern(request: OfRun & PatternQuestion): Pattern;
  /** The prediction at a position with and without some parts of the layers. */
  ablation(request: OfRun & AblationQuestion): Ablation;
  /**
   * What an answer costs after a position when the text lacks each of some parts. `Progress.mattered` tells each part
   * as soon as it is known.
   */
  matters(request: OfRun & MattersQuestion): Matters;
  /** A vector that an expression makes, among the rows of a matrix. Throws an `EngineError` with a place. */
  vector(request: VectorRequest): OwnVector;
  /** The prediction at a position with and without a vector in the residual. */
  steer(request: OfRun & SteerQuestion): Steered;
  /** The same prediction at several strengths. */
  steerCurve(request: OfRun & SteerCurveQuestion): SteerCurve;
  /**
   * A second text beside the run, position by position. The engine keeps its run, B, until another one is asked for,
   * `endTexts`, or another model.
   */
  twoTexts(request: OfRun & SecondText): TwoTexts;
  /** One position of each of the two texts. */
  twoPositions(request: OfRun & TwoPositionsQuestion): TwoPositions;
  /** Runs B with vectors of A in their place: a run from there on for every cell of the rows. */
  patch(request: OfRun & PatchQuestion): PatchRows;
  /** One such run, taken apart. */
  patchCell(request: OfRun & PatchCellQuestion): PatchedCell;
  /** Forgets B. */
  endTexts(request: Readonly<Record<string, never>>): void;
  /** Where distance, angle and logit name different tokens in a text, the clearest positions first. */
  contrasts(request: OfRun): Contrasts;
  /** The whole vocabulary around one axis. */
  scope(request: ScopeRequest): Scope;
  /** An experiment on the loaded model. A new one cancels the one before it. */
  lab(request: LabRequest): LabResult;
  /** Asks the model to repeat tokens, which it does with those that it was trained on. Counts as an experiment. */
  verifyUntrained(request: RepeatRequest): readonly RepeatedToken[];
  /** Spellings and sizes of the tokens in a range of ids, so that the page can name them itself. */
  vocabulary(request: VocabularyRequest): VocabularyTexts;
  /**
   * Loads the model B that the loaded one, A, is compared with. The B before it is released; so is B when A is left for
   * another model. A failure leaves A as it is.
   */
  loadOther(request: OtherRequest): OtherModel;
  /** Sets s of an adapter that is B: −1 to 2. */
  scaleOther(request: { readonly scale: number }): OtherModel;
  /** Releases B. */
  releaseOther(request: Readonly<Record<string, never>>): void;
  /** One text in A and B. Where the two do not fit into memory together, B runs in A's place, and A is loaded again. */
  textInBoth(request: TextInBothRequest): TextInBoth;
  /** One position of a text that A and B cut alike. */
  positionInBoth(request: OfRun & PositionInBothQuestion): PositionInBoth;
  /** Which part of B makes its predictions differ from A's. `Progress.blamed` tells each part once it was exchanged. */
  blame(request: TextRequest & BlameQuestion): Blame;
  /** Every row of a matrix in A and B, which have the same vocabulary. */
  rowsInBoth(request: RowsInBothRequest): RowsInBoth;
  /** The neighbours of one token in A and B. */
  neighboursInBoth(request: NeighboursInBothRequest): NeighboursInBoth;
  /** The whole inspection as the command line prints it. */
  inspect(request: InspectRequest): Inspection;
}

/** The calls that ask a Hub; they need no model. */
export interface HubCalls {
  /** Repositories of a Hub by name. */
  hubSearch(request: HubSearchRequest): readonly HubRepository[];
  /** The models of a repository. */
  hubFiles(request: HubFilesRequest): HubListing;
  /**
   * Reads the geometry of a model by ranges into a small model on this machine. What an attempt read is kept for the
   * next one.
   */
  hubGeometry(request: HubFetchRequest): HubGeometry;
  /** Fetches a whole model and checks it. What an attempt fetched is kept for the next one. */
  hubDownload(request: HubFetchRequest): HubDownload;
}

export interface Calls extends ModelCalls, HubCalls {}
export type CallName = keyof Calls;
export type RequestOf<C extends CallName> = Parameters<Calls[C]>[0];
export type AnswerOf<C extends CallName> = ReturnType<Calls[C]>;

/** The calls of a table, as their callers see them. */
export type Answering<C extends CallName> = {
  readonly [Name in C]: (request: RequestOf<Name>, control?: Control) => Promise<AnswerOf<Name>>;
};

/**
 * The model side as everyone else sees it. The extension, the command line and the tests use this interface only.
 *
 * Every call settles. It rejects with an `EngineError` (see errors.ts); an aborted signal rejects with the code
 * `cancelled` and keeps the model loaded. A new `run` cancels the one before it.
 */
export type Engine = Answering<CallName>;

/** All calls as one function. */
export type Call = <C extends CallName>(name: C, request: RequestOf<C>, control?: Control) => Promise<AnswerOf<C>>;

/** The calls of an engine as one function, for names that come from outside. */
export const callOf =
  (engine: Engine): Call =>
  async (name, request, control) => {
    if (!Object.hasOwn(engine, name)) throw new EngineError('bad-request', said`The engine does not know this call.`);
    return engine[name](request, control);
  };

/** An engine whose calls go through one function. `own` answers some calls itself and may have other members. */
export function engineFrom<Own extends object = object>(call: Call, own?: Own): Engine & Own {
  const calls: ProxyHandler<Engine & Own> = {
    get(own, name) {
      // A promise asks whether there is a `then`.
      if (typeof name === 'symbol' || name === 'then' || name in own) return Reflect.get(own, name);
      return (request: never, control?: Control) => call(name as CallName, request, control);
    },
    ownKeys() {
      throw new TypeError('An engine was copied, and the copy has no calls. Give `engineFrom` what it has besides.');
    },
  };
  return new Proxy((own ?? {}) as Engine & Own, calls);
}

export interface Control {
  readonly signal?: Signal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly stage:
    | 'backend'
    | 'connect'
    | 'download'
    | 'header'
    | 'hash'
    | 'tokenizer'
    | 'embedding'
    | 'layers'
    | 'check'
    | 'run'
    | 'predictions'
    | 'lens'
    | 'lab';
  /** Share of the whole call that is done: 0 … 1. */
  readonly fraction: number;
  /** How far the model's file is, while it is fetched. */
  readonly fetched?: FetchedFile;
  /** What an experiment would give if the rest were like what was tried. */
  readonly estimate?: LabResult;
  /** The newest step of a text that goes on. */
  readonly continued?: ContinuationStep;
  /** What one more part does in the place of another model's: `parts` holds the newest alone. */
  readonly blamed?: Blame;
  /** The answer without one more part of the text: `parts` holds the newest alone. */
  readonly mattered?: Matters;
}

export interface FetchedFile {
  /** Bytes that are there. */
  readonly bytes: number;
  /** Bytes of the whole file. */
  readonly of: number;
}

/** The values that the engine and the command line take if a request gives none. */
export const defaults = {
  limit: 512,
  contextTokens: 256,
  neighbours: 10,
  top: 20,
  /** Output rows nearest to h that are listed by each metric. */
  nearest: 10,
  /** Longest list that may be asked for. */
  longestList: 1000,
  /** Seconds that a server has for its first answer. */
  serverPatience: 30,
  /** The most of them. A run may be silent for twice as long, and Node's `fetch` gives up after five minutes. */
  mostServerPatience: 140,
} as const;
