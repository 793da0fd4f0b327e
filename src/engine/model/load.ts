import { platform } from '#platform';
import type { LoadRequest, ModelInfo, Progress, Signal } from '../../shared/engine';
import { EngineError, modelDamaged } from '../../shared/errors';
import { outputBias, type Architecture } from '../architecture/architecture';
import { hyperparametersOf } from '../architecture/families';
import { needsOwnKernels, type Hyperparameters } from '../architecture/hyperparameters';
import { floats } from '../architecture/layers';
import type { Directions } from '../directions/directions';
import type { Outputs } from '../directions/rowsPass';
import { ChangedFile } from '../platform/byteSource';
import { pause } from '../tasks/pause';
import { FinalNorm } from '../trunk/finalNorm';
import { InputEmbedding } from '../trunk/inputEmbedding';
import { MovableTrunk } from '../trunk/movableTrunk';
import type { TrunkControl } from '../trunk/trunk';
import { EmbeddingMatrix } from '../weights/embedding';
import { tensorOf, type Weights, wrongShape } from '../weights/weights';
import { startKernels, type Compute, type StartCompute } from './compute';
import { machineMemory, type MemoryLimits, type MemoryPlan } from './memory';
import { Model, type LayerRunner } from './model';
import { namingFile, openModelFile, type ModelFile } from './modelFile';
import { FailedCheck, selfCheck } from './selfCheck';
import { judge, refusalOf, type Verdict } from './verdict';

/** The fraction of a load at the end of each stage, measured on the default model. */
const stageEnds: Readonly<Record<'header' | 'hash' | 'tokenizer' | 'embedding' | 'layers' | 'check', number>> = {
  header: 0.03,
  hash: 0.2,
  tokenizer: 0.25,
  embedding: 0.45,
  layers: 0.92,
  check: 1,
};

/** More threads gain little and leave less for the editor. */
const mostThreads = 8;

/** A load from files alone. `getsHidden`: only the geometry is loaded, and h will come from a server. */
export type FileRequest = Omit<LoadRequest, 'server'> & { readonly getsHidden?: true };

export interface ModelAndInfo {
  readonly model: Model;
  readonly info: ModelInfo;
}

/**
 * Loads and checks a model, or its geometry alone. A failed load closes everything it opened. If the numbers of the
 * first of the backends fail the self-check, the second shows whether the kernels or the file are wrong.
 */
export async function loadModel(
  request: FileRequest,
  signal: Signal | undefined,
  onProgress: (progress: Progress) => void,
  limits: MemoryLimits = machineMemory(),
  [start = startKernels, ...others]: readonly StartCompute[] = [],
): Promise<ModelAndInfo> {
  try {
    return await loadOn(start, request, signal, onProgress, limits);
  } catch (error) {
    if (!(error instanceof FailedCheck) || error.ofFile || others.length === 0) throw error;
    try {
      return await loadModel(request, signal, onProgress, limits, others);
    } catch (other) {
      // If both backends fail the self-check, the file is damaged. Any other error of the second is the more useful
      // one.
      throw other instanceof FailedCheck ? error : other;
    }
  }
}

async function loadOn(
  start: StartCompute,
  { path, name, sha256: expected, threads, sameBits = false, geometryOnly = false, getsHidden }: FileRequest,
  signal: Signal | undefined,
  onProgress: (progress: Progress) => void,
  limits: MemoryLimits,
): Promise<ModelAndInfo> {
  // Threads start while the file is read.
  const starting = start(threads ?? Math.min(mostThreads, platform.threads()), sameBits);
  starting.catch(() => undefined);
  const release: (() => Promise<void>)[] = [];
  let before = 0;
  const report = (stage: keyof typeof stageEnds) => (fraction: number) =>
    onProgress({ stage, fraction: before + fraction * (stageEnds[stage] - before) });
  const finish = async (stage: keyof typeof stageEnds) => {
    report(stage)(1);
    before = stageEnds[stage];
    await pause(signal);
  };
  release.push(async () => (await starting).close());
  try {
    const file = openModelFile(path);
    const { weights } = file;
    release.push(async () => weights.close());
    const verdict = judge(file, limits);
    const plan = geometryOnly ? verdict.geometry : verdict.run;
    if (plan instanceof EngineError) throw geometryOnly ? plan : (refusalOf(verdict) ?? plan);
    await finish('header');
    if (expected !== undefined) await checkHash(file, expected, signal, report('hash'));
    await finish('hash');

    const compute = await starting;
    const tokenizer = await (geometryOnly ? file.readTokenizerOrNames() : file.readTokenizer());
    await finish('tokenizer');

    const { architecture, family } = verdict;
    const hyperparameters = geometryOnly ? null : hyperparametersOf(architecture as Architecture, weights);
    const outputs = hyperparameters ?? (getsHidden ? { logitCap: logitCapOf(weights, architecture) } : null);
    const { embedding, directions, inputs } = await loadMatrices(compute, plan, weights, verdict, outputs, {
      signal,
      onFraction: report('embedding'),
      release,
    });
    await finish('embedding');

    const norm = architecture ? normOf(weights, architecture, hyperparameters) : null;
    const runner =
      architecture && hyperparameters && norm
        ? await loadRunner(compute, plan, architecture, hyperparameters, weights, embedding, norm, {
            signal,
            onFraction: report('layers'),
          })
        : null;
    await finish('layers');

    const parts = { file, name, family, tokenizer, embedding, directions, inputs, norm, runner, compute };
    const model = new Model({ ...parts, logitCap: outputs?.logitCap, served: null });
    const hasNoOther = hyperparameters !== null && needsOwnKernels(hyperparameters);
    const checks = await selfCheck(model, expected).catch((error: unknown) => {
      throw error instanceof EngineError &&
        !(error instanceof ChangedFile) &&
        (error.code === 'internal' || error.code === 'model-damaged')
        ? new FailedCheck(error.said, (error instanceof FailedCheck && error.ofFile) || hasNoOther)
        : error;
    });
    await finish('check');
    return { model, info: hashed(model.describe(checks), expected) };
  } catch (error) {
    // Errors while releasing must not hide the first one.
    await Promise.allSettled(release.map((free) => free()));
    throw namingFile(path, error);
  }
}

interface Matrices {
  readonly embedding: EmbeddingMatrix;
  readonly directions: Directions;
  readonly inputs: Directions;
}

/**
 * Loads the matrices of the input and the output rows, which may be one. `outputs`: what happens to a product before it
 * is a logit, if there are logits.
 */
async function loadMatrices(
  compute: Compute,
  plan: MemoryPlan,
  weights: Weights,
  verdict: Verdict,
  outputs: Pick<Outputs, 'logitCap'> | null,
  { signal, onFraction, release }: TrunkControl & { readonly release: (() => Promise<void>)[] },
): Promise<Matrices> {
  const embedding = new EmbeddingMatrix(weights, verdict.embedding);
  const unembedding = await unembeddingOf(weights, verdict, embedding, signal);
  const tied = unembedding === embedding;
  const load = async (
    matrix: EmbeddingMatrix,
    [from, to]: readonly [number, number],
    changes: Outputs = {},
  ): Promise<Directions> => {
    const directions = await compute.directions(matrix, plan.matrices === 'file', changes, signal, (fraction) =>
      onFraction?.(from + fraction * (to - from)),
    );
    release.push(async () => directions.release());
    return directions;
  };
  const directions = await load(unembedding, [0, tied ? 1 : 0.5], {
    logitCap: outputs?.logitCap,
    bias: outputs ? outputBiasOf(weights, unembedding.vocabulary) : null,
  });
  return { embedding, directions, inputs: tied ? directions : await load(embedding, [0.5, 1]) };
}

async function loadRunner(
  compute: Compute,
  { expertShare }: MemoryPlan,
  architecture: Architecture,
  hyperparameters: Hyperparameters,
  weights: Weights,
  embedding: EmbeddingMatrix,
  norm: FinalNorm,
  control: TrunkControl,
): Promise<LayerRunner> {
  const inputEmbedding = InputEmbedding.read(weights, architecture, hyperparameters, embedding);
  const trunk = new MovableTrunk(
    await compute.trunk({ architecture, model: hyperparameters, weights, inputEmbedding, expertShare }, control),
  );
  return { architecture, hyperparameters, norm, trunk, expertShare };
}

/** If only the geometry is loaded, the norm is optional: its keys and tensors may be missing or wrong. */
function normOf(
  weights: Weights,
  architecture: Architecture,
  hyperparameters: Hyperparameters | null,
): FinalNorm | null {
  if (hyperparameters) return FinalNorm.read(weights, architecture, hyperparameters);
  try {
    return FinalNorm.read(weights, architecture, hyperparametersOf(architecture, weights));
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'internal') return null;
    throw error;
  }
}

/** The cap of the logits if only the geometry is loaded: the family may be unknown, and its keys may be missing. */
function logitCapOf(weights: Weights, architecture: Architecture | undefined): number | undefined {
  try {
    return architecture && hyperparametersOf(architecture, weights).logitCap;
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'internal') return undefined;
    throw error;
  }
}

async function checkHash(
  file: ModelFile,
  expected: string,
  signal: Signal | undefined,
  onFraction: (fraction: number) => void,
): Promise<void> {
  const found = await file.sha256(async (fraction) => {
    onFraction(fraction);
    await pause(signal);
  });
  if (found !== expected) {
    throw modelDamaged`The model file has the SHA-256 ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…: it was changed or damaged. Install Vectorscope again.`;
  }
}

/** `expected` was compared with the model's one file. */
const hashed = (info: ModelInfo, expected: string | undefined): ModelInfo =>
  info.files && expected !== undefined
    ? { ...info, files: info.files.map((file) => ({ ...file, sha256: expected })) }
    : info;

/** The unembedding. It is the embedding itself if the file has no other matrix or holds the same one twice. */
async function unembeddingOf(
  weights: Weights,
  { unembedding: name }: Verdict,
  embedding: EmbeddingMatrix,
  signal: Signal | undefined,
): Promise<EmbeddingMatrix> {
  if (name === undefined) return embedding;
  const unembedding = new EmbeddingMatrix(weights, name);
  return (await unembedding.equals(embedding, signal)) ? embedding : unembedding;
}

/** The output bias, if the file has one. */
export function outputBiasOf(weights: Weights, vocabulary: number): Float32Array | null {
  if (!weights.tensors.has(outputBias)) return null;
  const { shape } = tensorOf(weights, outputBias);
  if (shape.length !== 1 || shape[0] !== vocabulary) {
    throw wrongShape({ name: outputBias, shape }, String(vocabulary));
  }
  return floats(weights, tensorOf(weights, outputBias));
}
