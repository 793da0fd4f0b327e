import type { ModelSummary } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { architectureOf, type Architecture } from './architecture/architecture';
import { mostUsedType } from './model';
import { openModelFile, type ModelFile } from './modelFile';
import { stringOf, type TensorInfo, type Weights } from './weights/weights';

const longestWord = 60;

/** Reads the header of a GGUF file, or of the files of a folder, and nothing after it. Throws an `EngineError` where there is none that can be read. */
export function describeFile(path: string): ModelSummary {
  const file = openModelFile(path);
  try {
    return summaryOf(file);
  } finally {
    file.weights.close();
  }
}

function summaryOf({ weights, checkTokenizer }: ModelFile): ModelSummary {
  if (weights.tensors.size === 0) throw new EngineError('model-damaged', 'The model file holds no tensors. Choose another model file.');
  const family = stringOf(weights, 'general.architecture');
  const { architecture, refusal } = judge(weights, checkTokenizer);
  return {
    architecture: oneLine(family),
    parameters: [...weights.tensors.values()].reduce((sum, tensor) => sum + numbersIn(tensor), 0),
    quantisation: mostUsedType(weights),
    tied: tiedOf(weights, architecture),
    contextLength: contextOf(weights, family),
    fileBytes: weights.fileBytes,
    license: licenseOf(weights),
    memory: { run: null, geometry: null },
    verdict: refusal === null ? 'runs' : 'nothing',
    refusal,
  };
}

/** What a load would refuse by the header alone. */
function judge(weights: Weights, checkTokenizer: () => void): { readonly architecture: Architecture | null; readonly refusal: string | null } {
  const parts = weights.metadata.get('split.count');
  if (typeof parts === 'number' && parts > 1) return { architecture: null, refusal: `The model is split into ${parts} files; Vectorscope reads models of one file. Merge them with llama-gguf-split.` };
  let architecture: Architecture | null = null;
  try {
    architecture = architectureOf(weights);
    architecture.hyperparameters(weights);
    checkTokenizer();
    return { architecture, refusal: null };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === 'internal') throw error;
    return { architecture, refusal: error.message };
  }
}

const numbersIn = ({ shape }: TensorInfo): number => shape.reduce((product, size) => product * size, 1);

/** Of a family that is not known, by the names that nearly all families use. */
function tiedOf({ tensors }: Weights, architecture: Architecture | null): boolean | null {
  const embedding = tensors.get(architecture?.embedding ?? 'token_embd.weight');
  const unembedding = tensors.get(architecture?.unembedding ?? 'output.weight');
  if (!embedding) return null;
  if (!unembedding) return true;
  return embedding.type === unembedding.type && embedding.shape.join() === unembedding.shape.join() ? null : false;
}

function contextOf({ metadata }: Weights, family: string): number | null {
  const value = metadata.get(`${family}.context_length`);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

function licenseOf({ metadata }: Weights): string | null {
  const value = metadata.get('general.license');
  return typeof value === 'string' && value.trim() !== '' ? oneLine(value) : null;
}

/** A file may hold anything where a word is expected. */
const oneLine = (text: string): string => [...text.replace(/[\s\p{C}]+/gu, ' ').trim()].slice(0, longestWord).join('');
