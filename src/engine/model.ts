import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { LoadRequest, ModelInfo, Progress, SelfCheck, Signal } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { architectureOf, outputBias, type Architecture, type Hyperparameters } from './architecture/architecture';
import { floats } from './architecture/layers';
import { plainTurns, type Rotary } from './architecture/rotary';
import { Directions } from './directions';
import { EmbeddingMatrix } from './embedding';
import { Entrance } from './entrance';
import { FinalNorm } from './finalNorm';
import { pause } from './pause';
import { threadsInUse, useThreads } from './runtime';
import { selfCheck } from './selfCheck';
import { measureSizes } from './sizes';
import { readTokenizer, type Tokenizer } from './tokenizer/tokenizer';
import { Trunk } from './trunk';
import { softCap } from './softCap';
import type { Vector } from './vectors';
import { Vocabulary } from './vocabulary';
import { readGguf } from './weights/gguf';
import { openFile, sha256, type ByteSource } from './weights/source';
import { tensorOf, type Weights } from './weights/weights';

/** Share of the whole load that is done when a stage ends; measured on the default model. */
const stageEnds: Readonly<Record<'header' | 'hash' | 'tokenizer' | 'embedding' | 'layers' | 'check', number>> = {
  header: 0.03,
  hash: 0.2,
  tokenizer: 0.25,
  embedding: 0.45,
  layers: 0.92,
  check: 1,
};

/** More threads than this gain little and leave less for the editor. */
const mostThreads = 4;

/** A loaded model. */
export class Model {
  readonly vocabulary: Vocabulary;

  private constructor(
    private readonly weights: Weights,
    readonly architecture: Architecture,
    readonly hyperparameters: Hyperparameters,
    readonly tokenizer: Tokenizer,
    readonly embedding: EmbeddingMatrix,
    /** The output rows. */
    readonly directions: Directions,
    /** The input rows: the same object where the two matrices are one. */
    readonly inputs: Directions,
    readonly trunk: Trunk,
    readonly norm: FinalNorm,
    private readonly path: string,
    private readonly name: string | undefined,
  ) {
    this.vocabulary = new Vocabulary(tokenizer, inputs, directions);
  }

  /** Whether one matrix serves at both ends. */
  get tied(): boolean {
    return this.inputs === this.directions;
  }

  /** Reads, builds and checks a model. What was opened is closed again when it fails. */
  static async load({ path, name, sha256: expected, threads }: LoadRequest, signal: Signal | undefined, onProgress: (progress: Progress) => void): Promise<{ model: Model; info: ModelInfo }> {
    useThreads(threads ?? Math.min(mostThreads, availableParallelism()));
    const release: (() => Promise<void>)[] = [];
    let before = 0;
    const within = (stage: keyof typeof stageEnds) => (fraction: number) => onProgress({ stage, fraction: before + fraction * (stageEnds[stage] - before) });
    const finish = async (stage: keyof typeof stageEnds) => {
      within(stage)(1);
      before = stageEnds[stage];
      await pause(signal);
    };
    try {
      const source = openFile(path);
      release.push(async () => source.close());
      const weights = readGguf(source);
      await finish('header');
      if (expected !== undefined) await checkHash(source, expected, signal, within('hash'));
      await finish('hash');

      const tokenizer = readTokenizer(weights);
      await finish('tokenizer');

      const architecture = architectureOf(weights);
      const hyperparameters = architecture.hyperparameters(weights);
      const embedding = new EmbeddingMatrix(weights, architecture.embedding);
      checkShapes(hyperparameters, embedding, tokenizer);
      const unembedding = unembeddingOf(weights, architecture, embedding);
      const directions = await Directions.load(unembedding, measureSizes(unembedding), { logitCap: hyperparameters.logitCap, bias: biasOf(weights, unembedding.vocabulary) });
      release.push(() => directions.release());
      const inputs = unembedding === embedding ? directions : await Directions.load(embedding, measureSizes(embedding));
      if (inputs !== directions) release.push(() => inputs.release());
      await finish('embedding');

      const trunk = await Trunk.load(architecture, hyperparameters, weights, entranceOf(weights, architecture, hyperparameters, embedding), { signal, onFraction: within('layers') });
      release.push(() => trunk.release());
      await finish('layers');

      const model = new Model(weights, architecture, hyperparameters, tokenizer, embedding, directions, inputs, trunk, FinalNorm.read(weights, architecture, hyperparameters.epsilon), path, name);
      const checks = await selfCheck(model, expected);
      await finish('check');
      return { model, info: model.describe(checks) };
    } catch (error) {
      // The first error is the one to tell.
      await Promise.allSettled(release.map((free) => free()));
      throw error;
    }
  }

  /** h, the final norm of a residual, in float64; written to `into` where it is given. */
  finalNorm(residual: Vector, into?: Float64Array<ArrayBuffer>): Float64Array {
    return this.norm.of(residual, into);
  }

  /** The logit that the softmax sees, of a raw one. */
  capped(logit: number): number {
    return softCap(logit, this.hyperparameters.logitCap);
  }

  describe(checks: readonly SelfCheck[]): ModelInfo {
    const { layers, dimensions, heads, keyValueHeads, attention, feedForward, contextLength, logitCap } = this.hyperparameters;
    const rotary = oneFormula(attention);
    const quantisation = mostUsedType(this.weights);
    return {
      name: this.name ?? nameOf(this.path, quantisation),
      architecture: this.architecture.name,
      quantisation,
      fileBytes: this.weights.fileBytes,
      dimensions,
      vocabulary: this.vocabulary.length,
      tokenizer: this.tokenizer.description,
      trunk: {
        layers,
        heads,
        keyValueHeads,
        feedForward,
        contextLength,
        position: this.architecture.position,
        rotary: rotary ? { base: rotary.base, headSize: 2 * rotary.turns.length } : null,
        norm: this.architecture.norm,
        ...(logitCap !== undefined && { logitCap }),
        ...(this.directions.bias && { outputBias: true }),
      },
      tied: this.tied,
      threads: threadsInUse(),
      sizes: this.vocabulary.summary(this.inputs.sizes),
      outputSizes: this.tied ? null : this.vocabulary.summary(this.directions.sizes),
      checks,
      notices: this.tokenizer.notices,
    };
  }

  async release(): Promise<void> {
    await Promise.all([this.trunk.release(), this.directions.release(), ...(this.tied ? [] : [this.inputs.release()])]);
    this.weights.close();
  }
}

/** The rotary positions, where one formula holds for all layers: every pair turns by base^(−2j / rotated), unscaled. */
function oneFormula(attention: Hyperparameters['attention']): Rotary | null {
  const [first, ...others] = attention.map(({ rotary }) => rotary);
  if (!first) return null;
  const plain = plainTurns(first.base, 2 * first.turns.length);
  const isPlain = (rotary: Rotary | null) => rotary !== null && rotary.turns.every((turn, pair) => turn === plain[pair]);
  return isPlain(first) && others.every(isPlain) ? first : null;
}

async function checkHash(source: ByteSource, expected: string, signal: Signal | undefined, onFraction: (fraction: number) => void): Promise<void> {
  const found = await sha256(source, async (fraction) => {
    onFraction(fraction);
    await pause(signal);
  });
  if (found !== expected) {
    throw new EngineError('model-damaged', `The model file has the SHA-256 ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…: it was changed or damaged. Install Vectorscope again.`);
  }
}

/** Refuses what would fail later with a worse word: matrices of other shapes. */
function checkShapes({ dimensions, heads, keyValueHeads, headSize }: Hyperparameters, embedding: EmbeddingMatrix, tokenizer: Tokenizer): void {
  if (embedding.dimensions !== dimensions) {
    throw new EngineError('model-damaged', `The embedding is ${embedding.dimensions} wide, the model says ${dimensions}. Choose another model file.`);
  }
  if (!Number.isInteger(headSize) || headSize < 1 || heads % keyValueHeads !== 0) {
    throw new EngineError('model-damaged', `The model says ${heads} heads of ${headSize} over ${keyValueHeads}, which does not divide evenly. Choose another model file.`);
  }
  if (tokenizer.size !== embedding.vocabulary) {
    throw new EngineError('model-damaged', `The tokenizer knows ${tokenizer.size} tokens, the embedding has ${embedding.vocabulary} rows. Choose another model file.`);
  }
}

/** The matrix of the output rows: the embedding itself where the file has no other, or has it twice. */
function unembeddingOf(weights: Weights, { unembedding: name }: Architecture, embedding: EmbeddingMatrix): EmbeddingMatrix {
  if (!weights.tensors.has(name)) return embedding;
  const unembedding = new EmbeddingMatrix(weights, name);
  if (unembedding.dimensions !== embedding.dimensions || unembedding.vocabulary !== embedding.vocabulary) {
    throw new EngineError('model-damaged', `The embedding has ${embedding.vocabulary} rows ${embedding.dimensions} wide, the unembedding ${unembedding.vocabulary} of ${unembedding.dimensions}. Choose another model file.`);
  }
  return unembedding.equals(embedding) ? embedding : unembedding;
}

/** A number for each output, where the file has them. */
function biasOf(weights: Weights, vocabulary: number): Float32Array | null {
  if (!weights.tensors.has(outputBias)) return null;
  const { shape } = tensorOf(weights, outputBias);
  if (shape.length !== 1 || shape[0] !== vocabulary) {
    throw new EngineError('model-damaged', `The tensor ${outputBias} has the shape ${shape.join(' × ')}; ${vocabulary} numbers were expected. Choose another model file.`);
  }
  return floats(weights, tensorOf(weights, outputBias));
}

function entranceOf(weights: Weights, architecture: Architecture, { dimensions, contextLength, embeddingScale = 1 }: Hyperparameters, embedding: EmbeddingMatrix): Entrance {
  const positions = architecture.positions === undefined ? null : new EmbeddingMatrix(weights, architecture.positions);
  if (positions && (positions.dimensions !== dimensions || positions.vocabulary < contextLength)) {
    throw new EngineError('model-damaged', `The model has ${positions.vocabulary} position vectors ${positions.dimensions} wide; it says ${contextLength} of ${dimensions}. Choose another model file.`);
  }
  // Read once as a whole, so that damage to a row is told now and not when a text gets that long.
  if (positions) weights.read(positions.name);
  return new Entrance(embedding, embeddingScale, positions);
}

/** The type that holds most of the model's weights. */
export function mostUsedType(weights: Weights): string {
  const bytes = new Map<string, number>();
  for (const { type, byteLength } of weights.tensors.values()) bytes.set(type, (bytes.get(type) ?? 0) + byteLength);
  return [...bytes].reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
}

/** The file's name without its ending and without the quantisation, which is shown apart. */
function nameOf(path: string, quantisation: string): string {
  const name = basename(path).replace(/\.gguf$/i, '');
  const suffix = new RegExp(`[-._]${quantisation}$`, 'i');
  return name.replace(suffix, '') || name;
}
