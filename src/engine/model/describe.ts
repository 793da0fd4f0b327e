import { platform } from '#platform';
import { basename, dirname, resolve } from 'node:path';
import type { ModelSummary } from '../../shared/engine';
import { EngineError, modelUnsupported } from '../../shared/errors';
import { mostPositions } from '../weights/bounds';
import { wrongField } from '../weights/damaged';
import { isFolderFile } from '../weights/huggingFace/shards';
import type { TensorInfo, UnreadTensor, Weights } from '../weights/weights';
import type { MemoryLimits, MemoryPlan } from './memory';
import { namingFile, openModelFile, type ModelFile } from './modelFile';
import { quantisationOf } from './quantisation';
import { judge, type Verdict } from './verdict';

const longestWord = 60;

/**
 * Reads only the header of a GGUF file, or those of a folder's files. Throws an `EngineError` if there is none that can
 * be read.
 */
export function describeFile(path: string, limits: MemoryLimits): ModelSummary {
  try {
    checkOfModel(path);
    // Of the tokens only their number counts.
    const file = openModelFile(path, 0);
    try {
      return summaryOf(file, path, limits);
    } finally {
      file.weights.close();
    }
  } catch (error) {
    throw namingFile(path, error);
  }
}

/** An adapter, for one, may lie beside a model: what is true of that is not true of it. */
function checkOfModel(path: string): void {
  const name = basename(path);
  if (!/\.safetensors(\.index\.json)?$/i.test(name) || platform.isFolder(path)) return;
  if (!isFolderFile(dirname(resolve(path)), name))
    throw modelUnsupported`“${name}” is not a part of the model in its folder. Choose the folder to load that model.`;
}

function summaryOf(file: ModelFile, path: string, limits: MemoryLimits): ModelSummary {
  const { weights } = file;
  const tensors = [...weights.tensors.values(), ...weights.unread.values()];
  if (tensors.length === 0) throw wrongField('tensor_count', 0, '≥ 1');
  const verdict = judge(file, limits);
  const { family, run, geometry } = verdict;
  const bytes = (plan: MemoryPlan | EngineError) => (plan instanceof EngineError ? null : plan.bytes);
  return {
    architecture: oneLine(family),
    parameters: tensors.reduce((sum, tensor) => sum + numbersIn(tensor), 0),
    ...quantisationOf(weights),
    tied: tiedOf(weights, verdict),
    contextLength: contextOf(weights, family),
    fileBytes: weights.fileBytes,
    license: licenseOf(weights),
    memory: { run: bytes(run), geometry: bytes(geometry) },
    verdict: bytes(run) !== null ? 'runs' : bytes(geometry) !== null ? 'geometry' : 'nothing',
    refusal: run instanceof EngineError ? namingFile(path, run).said : null,
    ...(weights.source && { source: weights.source }),
  };
}

const numbersIn = ({ shape }: TensorInfo | UnreadTensor): number => shape.reduce((product, size) => product * size, 1);

function tiedOf({ tensors, unread }: Weights, { embedding, unembedding }: Verdict): boolean | null {
  const [input, output] = [embedding, unembedding].map((name) =>
    name === undefined ? undefined : (tensors.get(name) ?? unread.get(name)),
  );
  if (!input) return null;
  if (!output) return true;
  return input.type === output.type && input.shape.join() === output.shape.join() ? null : false;
}

function contextOf({ metadata }: Weights, family: string): number | null {
  const value = metadata.get(`${family}.context_length`);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= mostPositions ? value : null;
}

function licenseOf({ metadata }: Weights): string | null {
  const value = metadata.get('general.license');
  return typeof value === 'string' && value.trim() !== '' ? oneLine(value) : null;
}

const oneLine = (text: string): string => [...text.replace(/[\s\p{C}]+/gu, ' ').trim()].slice(0, longestWord).join('');
