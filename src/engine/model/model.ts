import type { ModelInfo, SelfCheck, Signal } from '../../shared/engine';
import { badRequest, EngineError, said } from '../../shared/errors';
import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import type { Vector } from '../arrays/vectors';
import type { Directions } from '../directions/directions';
import type { Outputs } from '../directions/rowsPass';
import { softCap } from '../directions/softmax';
import type { ChatTemplates } from '../tokenizer/chatTemplates';
import type { EndTokens } from '../tokenizer/endTokens';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { unchangeable } from '../trunk/changes';
import { FinalNorm } from '../trunk/finalNorm';
import { InputEmbedding } from '../trunk/inputEmbedding';
import type { LayersInFile } from '../trunk/layerSteps';
import type { MovableTrunk } from '../trunk/movableTrunk';
import type { HomeTrunk } from '../trunk/trunk';
import type { EmbeddingMatrix } from '../weights/embedding';
import { layerOfTensor, type Weights } from '../weights/weights';
import type { Compute } from './compute';
import type { ModelFile } from './modelFile';
import { nameWithoutType, serverInfo, trunkInfo, type ServedLayers } from './modelInfo';
import { quantisationOf } from './quantisation';
import { Vocabulary } from './vocabulary';

export interface LayerRunner {
  readonly architecture: Architecture;
  readonly hyperparameters: Hyperparameters;
  readonly trunk: MovableTrunk;
  readonly norm: FinalNorm;
  /** The share of the experts that memory has room for. Absent for all. */
  readonly expertShare?: number | undefined;
}

interface ModelParts {
  readonly file: ModelFile;
  readonly name: string | undefined;
  readonly family: string;
  readonly tokenizer: Tokenizer;
  readonly embedding: EmbeddingMatrix;
  readonly directions: Directions;
  /** The input rows: the same object if the two matrices are one. */
  readonly inputs: Directions;
  /** The final norm. `null` if only the geometry was loaded and the norm is unknown. */
  readonly norm: FinalNorm | null;
  /** c of the soft-capping of logits, if the model has it and gives logits. */
  readonly logitCap: number | undefined;
  /** `null` if only the geometry was loaded. */
  readonly runner: LayerRunner | null;
  /** The server that runs the layers; `null` if none does. */
  readonly served: ServedLayers | null;
  readonly compute: Compute;
}

export class Model implements Omit<ModelParts, 'file' | 'name' | 'family' | 'compute'> {
  readonly tokenizer: Tokenizer;
  readonly embedding: EmbeddingMatrix;
  readonly directions: Directions;
  readonly inputs: Directions;
  readonly norm: FinalNorm | null;
  readonly runner: LayerRunner | null;
  readonly logitCap: number | undefined;
  readonly served: ServedLayers | null;
  readonly vocabulary: Vocabulary;
  readonly #parts: ModelParts;
  readonly #file: ModelFile;
  readonly #name: string | undefined;
  readonly #family: string;
  readonly #compute: Compute;

  constructor(parts: ModelParts) {
    this.#parts = parts;
    ({ file: this.#file, name: this.#name, family: this.#family, compute: this.#compute } = parts);
    ({
      tokenizer: this.tokenizer,
      embedding: this.embedding,
      directions: this.directions,
      inputs: this.inputs,
      norm: this.norm,
      runner: this.runner,
      logitCap: this.logitCap,
      served: this.served,
    } = parts);
    this.vocabulary = new Vocabulary(this.tokenizer, this.inputs, this.directions);
  }

  get threads(): number {
    return this.#compute.threads;
  }

  /** As in `LoadRequest`. */
  get sameBits(): boolean {
    return this.#compute.sameBits ?? false;
  }

  /** Whether the embedding is also the unembedding. */
  get tied(): boolean {
    return this.inputs === this.directions;
  }

  /**
   * Throws `EngineError('geometry-only')` if the layers were not loaded, and `EngineError('bad-request')` if they run
   * on a server.
   */
  needRunner(): LayerRunner {
    if (this.runner) return this.runner;
    if (this.served)
      throw badRequest`The layers of this model run on a server, which does not say what happens between them. Load the whole model on this machine to see them.`;
    throw new EngineError(
      'geometry-only',
      said`Only the tokenizer and the two matrices of this model were loaded, so it cannot run text. Load a model with its layers for predictions.`,
    );
  }

  /** Throws as `needRunner` does if nothing gives h. */
  needHidden(): void {
    if (this.served?.server.gives !== 'hidden') this.needRunner();
  }

  /** Throws as `needRunner` does if neither the layers nor a server predict anything. */
  needPredictions(): void {
    if (!this.served || this.served.server.gives === 'tokens') this.needRunner();
  }

  get hyperparameters(): Hyperparameters {
    return this.needRunner().hyperparameters;
  }

  /** Tokens that one text may have. */
  get contextLength(): number {
    return this.runner?.hyperparameters.contextLength ?? this.served?.server.contextLength ?? Infinity;
  }

  get trunk(): MovableTrunk {
    return this.needRunner().trunk;
  }

  /** The same model with other layers, which stay the caller’s. Only this one may be released. */
  withLayers(trunk: MovableTrunk): Model {
    return new Model({ ...this.#parts, runner: { ...this.needRunner(), trunk } });
  }

  /** The same model with some parts of another, which stay the caller’s. Only this one may be released. */
  withParts(parts: Partial<Pick<ModelParts, 'directions' | 'logitCap' | 'norm'>>): Model {
    return new Model({ ...this.#parts, ...parts });
  }

  /**
   * Layers over other weights of the same shape, which the caller releases, and the final norm that belongs to them.
   * `changed`: the names of the tensors that differ. The layers below the first that holds one do not run if the text
   * is the one that this model ran last. Throws an `EngineError` if the layers cannot be changed.
   */
  changedLayers(
    weights: Weights,
    changed: ReadonlySet<string>,
    embedding: EmbeddingMatrix,
  ): { readonly home: HomeTrunk; readonly norm: FinalNorm } {
    const { architecture, hyperparameters, norm: own, trunk } = this.needRunner();
    const { embedding: input, positions, beside = [], finalNorm, finalNormBias } = architecture;
    const has = (...names: (string | undefined)[]) => names.some((name) => name !== undefined && changed.has(name));
    const norm = has(finalNorm, finalNormBias) ? FinalNorm.read(weights, architecture, hyperparameters) : own;
    const layers = [...changed].map(layerOfTensor).filter((layer) => layer !== undefined);
    const from = Math.min(hyperparameters.layers, ...layers);
    const file = { ...this.inFile, weights };
    const home = has(input, positions, ...beside)
      ? trunk.home.changed?.({
          ...{ file, from: 0 },
          inputEmbedding: InputEmbedding.read(weights, architecture, hyperparameters, embedding),
        })
      : trunk.home.changed?.({ file, from });
    if (!home) throw unchangeable();
    return { home, norm };
  }

  /** The same model with other weights, and the parts that differ by them. Its parts stay the caller’s. */
  withWeights(
    weights: Weights,
    parts: Pick<ModelParts, 'embedding' | 'inputs' | 'directions' | 'norm' | 'runner'>,
  ): Model {
    return new Model({ ...this.#parts, ...parts, file: { ...this.#file, weights } });
  }

  /** Prepares another matrix to be searched on the same threads. Its rows are read again by every search. */
  directionsFromFile(matrix: EmbeddingMatrix, outputs: Outputs, signal: Signal | undefined): Promise<Directions> {
    return this.#compute.directions(matrix, true, outputs, signal, () => undefined);
  }

  /** The same matrices, with layers that a server runs. Only one of the two may be released. */
  withServer(served: ServedLayers): Model {
    return new Model({ ...this.#parts, served });
  }

  /** h, the final norm of a residual, in float64. Throws `EngineError('geometry-only')` if the norm is unknown. */
  finalNorm(residual: Vector, into?: Float64Array<ArrayBuffer>): Float64Array {
    return (this.norm ?? this.needRunner().norm).of(residual, into);
  }

  get weights(): Weights {
    return this.#file.weights;
  }

  /** As the file has them now. */
  get chatTemplates(): ChatTemplates {
    return this.#file.readChatTemplates();
  }

  get endTokens(): EndTokens {
    return this.#file.readEndTokens();
  }

  /** The layers as the file has them. */
  get inFile(): LayersInFile {
    const { architecture, hyperparameters } = this.needRunner();
    return { architecture, model: hyperparameters, weights: this.weights };
  }

  /** The logit after the model's cap. */
  capped(logit: number): number {
    return softCap(logit, this.logitCap);
  }

  describe(checks: readonly SelfCheck[]): ModelInfo {
    const { weights } = this.#file;
    const types = quantisationOf(weights);
    return {
      name: this.#name ?? nameWithoutType(this.#file.name, types.quantisation),
      architecture: this.#family,
      ...types,
      fileBytes: weights.fileBytes,
      ...(weights.files && !weights.source && { files: weights.files }),
      ...(weights.source && { source: weights.source }),
      ...(this.#file.layout && { layout: this.#file.layout }),
      dimensions: this.embedding.dimensions,
      vocabulary: this.vocabulary.length,
      tokenizer: this.tokenizer.description,
      trunk: this.runner && {
        ...trunkInfo(this.runner.architecture, this.runner.hyperparameters),
        ...(this.directions.bias && { outputBias: true }),
      },
      ...(this.served && { server: serverInfo(this.served, this.logitCap, this.directions.bias !== null) }),
      tied: this.tied,
      threads: this.threads,
      ...(this.threads < this.#compute.requestedThreads && { threadsAsked: this.#compute.requestedThreads }),
      ...(this.#compute.vectorBits && { vectorBits: this.#compute.vectorBits }),
      ...(this.#compute.build && { kernels: this.#compute.build }),
      sizes: this.vocabulary.summary(this.inputs.sizes),
      outputSizes: this.tied ? null : this.vocabulary.summary(this.directions.sizes),
      checks,
      notices: [
        ...this.tokenizer.notices,
        ...(this.served?.notices ?? []),
        ...(this.runner?.expertShare === undefined
          ? []
          : [
              said`Memory has room for about ${Math.round(100 * this.runner.expertShare)} % of the experts. The others are read from the file when a token chooses them, which takes longer.`,
            ]),
        ...(this.#compute.notice === undefined ? [] : [this.#compute.notice]),
      ],
    };
  }

  async release(): Promise<void> {
    await this.releaseCompute();
    this.closeFile();
  }

  /** Releases the layers and the matrices in memory. Rows and names can still be read from the file. */
  async releaseCompute(): Promise<void> {
    this.directions.release();
    if (!this.tied) this.inputs.release();
    await this.#compute.close();
  }

  closeFile(): void {
    this.weights.close();
  }
}
