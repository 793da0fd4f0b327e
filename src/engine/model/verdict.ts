import { EngineError, modelUnsupported, said } from '../../shared/errors';
import { outputBias, tensorsOutside, type Architecture } from '../architecture/architecture';
import { architectureNamed, architectureOf, hyperparametersOf } from '../architecture/families';
import type { Hyperparameters } from '../architecture/hyperparameters';
import { checkVector } from '../architecture/layers';
import { isGgufAdapter } from '../weights/adapter/ggufAdapter';
import { mostDimensions } from '../weights/bounds';
import { wrongField } from '../weights/damaged';
import { EmbeddingMatrix } from '../weights/embedding';
import { stringOf, tensorOf, type Weights, wrongShape } from '../weights/weights';
import { planGeometry, planRun, type MatrixSizes, type MemoryLimits, type MemoryPlan } from './memory';
import type { ModelFile } from './modelFile';

/** Names in nearly all families, for unknown ones. */
const usualEmbedding = 'token_embd.weight';
const usualUnembedding = 'output.weight';
const usualNorm = ['output_norm.weight', 'output_norm.bias'];

/** A longer vector is damage and must not be allocated. */
const longestVector = 2 ** 24;
/** So are more positions. */
const mostPositions = 2 ** 20;

/** What this machine can do with a model, judged by its header and the free memory. */
export interface Verdict {
  readonly family: string;
  readonly architecture: Architecture | undefined;
  readonly embedding: string;
  /** `undefined` if the file has no separate matrix for the output rows. */
  readonly unembedding: string | undefined;
  /** The plan for each kind of load, or the error that prevents it. */
  readonly run: MemoryPlan | EngineError;
  readonly geometry: MemoryPlan | EngineError;
}

/** Throws `EngineError('model-damaged')` if the file does not name its family. */
export function judge(file: ModelFile, limits: MemoryLimits): Verdict {
  const { weights } = file;
  const family = stringOf(weights, 'general.architecture');
  const architecture = architectureNamed(family);
  const embedding = architecture?.embedding ?? usualEmbedding;
  const output = architecture?.unembedding ?? usualUnembedding;
  const unembedding = weights.tensors.has(output) || weights.unread.has(output) ? output : undefined;
  const sizes = () => {
    refuseAdapter(weights);
    return matrixSizesOf(file, embedding, unembedding);
  };
  return {
    family,
    architecture,
    embedding,
    unembedding,
    geometry: orRefusal(() => planGeometry(sizes(), limits)),
    run: orRefusal(() => runOf(file, sizes, limits)),
  };
}

/** The tensors that a load of the geometry reads: the embedding, and others that the file has. */
export function geometryTensors(weights: Weights): readonly string[] {
  const architecture = architectureNamed(stringOf(weights, 'general.architecture'));
  const names = architecture
    ? tensorsOutside({ ...architecture, beside: [] }).filter((name) => name !== architecture.positions)
    : [usualEmbedding, usualUnembedding, outputBias, ...usualNorm];
  const embedding = architecture?.embedding ?? usualEmbedding;
  const withScales = new Set(names.flatMap((name) => [name, name.replace(/weight$/, 'scale')]));
  return [...withScales].filter((name) => name === embedding || weights.tensors.has(name) || weights.unread.has(name));
}

/** The error that prevents a run. It mentions the geometry if that can be loaded. */
export function refusalOf({ run, geometry }: Verdict): EngineError | null {
  if (!(run instanceof EngineError)) return null;
  return geometry instanceof EngineError ? run : geometryOnly(run);
}

const geometryOnly = ({ said: sentence }: EngineError): EngineError =>
  new EngineError('geometry-only', said`${sentence} Its geometry alone can be shown: tokens, sizes and neighbours.`);

function refuseAdapter(weights: Weights): void {
  if (isGgufAdapter(weights))
    throw modelUnsupported`This file is an adapter, which changes another model. Load that model, and compare it with this file.`;
}

/** Only the geometry of such a model was read from the Hub. */
function refusePart({ source }: Weights): void {
  if (source)
    throw modelUnsupported`Only the geometry of ${source.repository} was read from the Hub. Download the model to run it.`;
}

function matrixSizesOf(
  { weights, checkNames }: ModelFile,
  embedding: string,
  unembedding: string | undefined,
): MatrixSizes & { readonly dimensions: number } {
  const { vocabulary, dimensions } = new EmbeddingMatrix(weights, embedding);
  if (dimensions > mostDimensions) throw wrongField(`${embedding} (columns)`, dimensions, `≤ ${mostDimensions}`);
  if (unembedding !== undefined) checkSameShape(new EmbeddingMatrix(weights, unembedding), { vocabulary, dimensions });
  checkNames(vocabulary);
  const bytesOf = (name: string) => tensorOf(weights, name).byteLength;
  return {
    vocabulary,
    dimensions,
    matrices: [embedding, ...(unembedding === undefined ? [] : [unembedding])].map(bytesOf),
  };
}

interface Shape {
  readonly vocabulary: number;
  readonly dimensions: number;
}

function checkSameShape(unembedding: Shape, embedding: Shape): void {
  if (unembedding.dimensions === embedding.dimensions && unembedding.vocabulary === embedding.vocabulary) return;
  throw wrongField(
    'output.weight (shape)',
    `${unembedding.vocabulary} × ${unembedding.dimensions}`,
    `${embedding.vocabulary} × ${embedding.dimensions}`,
  );
}

/** Checks in the order of their use to the user: an unknown family comes before other faults. */
function runOf(
  { weights, checkTokenizer }: ModelFile,
  sizesHere: () => ReturnType<typeof matrixSizesOf>,
  limits: MemoryLimits,
): MemoryPlan {
  refusePart(weights);
  refuseAdapter(weights);
  const architecture = architectureOf(weights);
  const sizes = sizesHere();
  const model = hyperparametersOf(architecture, weights);
  const { dimensions } = model;
  if (sizes.dimensions !== dimensions) throw wrongField('embedding_length', dimensions, sizes.dimensions);
  checkTokenizer();
  const unread = new Set(Array.from(weights.unread.values(), ({ type }) => type));
  if (unread.size > 0)
    throw modelUnsupported`Some tensors of the model have types that Vectorscope does not read: ${[...unread].join(', ')}. Choose a file with another quantisation.`;
  for (const { name, shape } of weights.tensors.values()) {
    if (shape.length === 1 && (shape[0] as number) > longestVector)
      throw wrongShape({ name, shape }, `≤ ${longestVector}`);
  }
  for (const name of [architecture.finalNorm, architecture.finalNormBias])
    if (name !== undefined) checkVector(tensorOf(weights, name), dimensions);
  if (architecture.positions !== undefined) checkPositions(new EmbeddingMatrix(weights, architecture.positions), model);
  return planRun(sizes, { architecture, model, weights }, limits);
}

/** Loading reads the whole matrix of position vectors, so its size is checked. */
function checkPositions(positions: EmbeddingMatrix, { dimensions, contextLength }: Hyperparameters): void {
  if (
    positions.dimensions === dimensions &&
    positions.vocabulary >= contextLength &&
    positions.vocabulary <= mostPositions
  )
    return;
  throw wrongField(
    `${positions.name} (shape)`,
    `${positions.vocabulary} × ${positions.dimensions}`,
    `${contextLength}…${mostPositions} × ${dimensions}`,
  );
}

function orRefusal<T>(make: () => T): T | EngineError {
  try {
    return make();
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'internal') return error;
    throw error;
  }
}
