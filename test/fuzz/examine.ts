import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { outputBias } from '../../src/engine/architecture/architecture';
import { architectureNamed, hyperparametersOf } from '../../src/engine/architecture/families';
import { floats } from '../../src/engine/architecture/layers';
import { localEngine } from '../../src/engine/localEngine';
import { openModelFile } from '../../src/engine/model/modelFile';
import { EmbeddingMatrix } from '../../src/engine/weights/embedding';
import { stringOf, tensorOf } from '../../src/engine/weights/weights';
import type { ModelInfo } from '../../src/shared/engine';
import { EngineError } from '../../src/shared/errors';
import type { Inspection } from '../../src/shared/inspection';
import { fromRoot } from '../bench/inputs';

/** How far the engine went with a model. */
export type Ended = 'refused' | 'geometry' | 'ran';

export interface Examined {
  readonly ended: Ended;
  /** What must not be, in words; nothing where all is well. */
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly kind: 'internal' | 'not finite' | 'inexact total' | 'wrong' | 'too long';
  readonly what: string;
}

const text = 'The capital of France is Paris.';
/** Its tokenizer stands beside the examined one. */
const sound = fromRoot('test/fixtures/families/llama-3.gguf');

/** Of all that a page gets of a file: the editor's own process holds a few copies of it. Characters. */
const mostContents = 2 ** 24;

/** The files of a model that can be opened as documents. */
const filesOf = (path: string): readonly string[] =>
  lstatSync(path).isDirectory()
    ? readdirSync(path).flatMap((file) => (/\.safetensors(\.index\.json)?$/.test(file) ? [join(path, file)] : []))
    : [path];

/** Where float32 may miss ln p by more, the numbers have left the range in which it says anything. */
const mostDoubt = 0.01;

/** Loads an adapter beside its base, and compares a text. */
export async function examineAdapter(base: string, path: string): Promise<Examined> {
  const engine = localEngine();
  const info = await engine.load({ path: base, threads: 1 });
  const before = await engine.hidden({ text });
  const faults: Fault[] = [];
  let ended: Ended = 'refused';
  try {
    const said = await engine.loadOther({ path });
    faults.push(...finite('adapter', said.adapter, info));
    await engine.scaleOther({ scale: -0.5 });
    await engine.textInBoth({ text, count: 3 });
    ended = 'ran';
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === 'internal')
      faults.push({ kind: 'internal', what: `the adapter threw ${String(error)}` });
  }
  if (String(await engine.hidden({ text })) !== String(before))
    faults.push({ kind: 'wrong', what: 'A is another model after the adapter' });
  await engine.close();
  return { ended, faults };
}

/**
 * Opens, describes, loads and runs a model with the engine of this process, and compares what is predicted with plain
 * arithmetic.
 */
export async function examine(path: string): Promise<Examined> {
  const engine = localEngine();
  const faults: Fault[] = [];
  /** What a call gives; undefined where it is refused, which must be in a sentence of the engine's own. */
  const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T | EngineError> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof EngineError && error.code !== 'internal') return error;
      faults.push({
        kind: 'internal',
        what: `${what} threw ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 5).join(' ') : String(error)}`,
      });
      return error instanceof EngineError ? error : new EngineError('internal', String(error));
    }
  };
  try {
    await attempt('describe', () => engine.describe({ path }));
    await attempt('changes', () => engine.tensorChanges({ path, other: path }));
    await attempt('tokenizer check', () => engine.tokenizerCheck({ path, against: sound }));
    for (const file of filesOf(path)) {
      const contents = await attempt('contents', () => engine.contents({ path: file }));
      if (contents instanceof EngineError) continue;
      const length = JSON.stringify(contents).length;
      if (length > mostContents) faults.push({ kind: 'too long', what: `contents of ${length} characters` });
      const name = contents.tensors[0]?.name;
      if (name === undefined) continue;
      const statistics = await attempt('statistics', () => engine.tensorStatistics({ path: file, name }));
      if (!(statistics instanceof EngineError))
        for (const [what, value] of Object.entries(statistics))
          if (typeof value === 'number' && !Number.isFinite(value))
            faults.push({ kind: 'not finite', what: `${what} of the tensor ${name} is ${value}` });
    }
    const cuts = async () => {
      const others = [{ path }, { path: sound }];
      const found = await attempt('cuts', () => engine.cuts({ text, others, vocabularies: true }));
      const { partings, vocabularies } = (found instanceof EngineError ? undefined : found.others[0]) ?? {};
      if (partings?.length || vocabularies?.only.some(({ count }) => count > 0))
        faults.push({ kind: 'wrong', what: 'its tokenizer parts from itself' });
    };
    const loaded = await attempt('load', () => engine.load({ path, threads: 1 }));
    if (!(loaded instanceof EngineError)) {
      const inspection = await attempt('inspect', () =>
        engine.inspect({ text, neighbours: 3, top: 5, layers: true, centred: false, limit: 12 }),
      );
      const run = await attempt('run', () => engine.hidden({ text, limit: 12 }));
      if (!(inspection instanceof EngineError) && !(run instanceof EngineError))
        faults.push(...faultsOf(path, inspection, run, loaded));
      await cuts();
      return { ended: 'ran', faults };
    }
    if (loaded.code !== 'geometry-only') return { ended: 'refused', faults };
    const geometry = await attempt('load of the geometry', () => engine.load({ path, threads: 1, geometryOnly: true }));
    if (geometry instanceof EngineError) return { ended: 'refused', faults };
    const neighbours = await attempt('neighbours', () => engine.neighbours({ id: 0, count: 3, centred: false }));
    faults.push(...finite('neighbours', neighbours, geometry));
    await attempt('tokenise', () => engine.tokenise({ text }));
    await cuts();
    return { ended: 'geometry', faults };
  } finally {
    await engine.close();
  }
}

/** Bytes of a model, all files of a folder together. */
export const sizeOf = (path: string): number => {
  const status = lstatSync(path);
  return status.isDirectory()
    ? readdirSync(path).reduce((sum, file) => sum + lstatSync(join(path, file)).size, 0)
    : status.size;
};

/** A row of zeros has no angle to anything. */
const hasZeroRow = ({ sizes, outputSizes }: ModelInfo): boolean =>
  sizes?.smallest.size === 0 || outputSizes?.smallest.size === 0;
const ofAngles = /angle|cosine/i;

/** The path to the first number that is NaN or infinite. */
function finite(what: string, found: unknown, info: ModelInfo): Fault[] {
  const anglesMayMiss = hasZeroRow(info);
  const seek = (value: unknown, path: string): string | undefined => {
    if (typeof value === 'number')
      return Number.isFinite(value) || (anglesMayMiss && Number.isNaN(value) && ofAngles.test(path))
        ? undefined
        : `${path} is ${value}`;
    if (typeof value !== 'object' || value === null) return undefined;
    for (const [key, inner] of Object.entries(value)) {
      const wrong = seek(inner, `${path}.${key}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
  const wrong = seek(found, what);
  return wrong === undefined ? [] : [{ kind: 'not finite', what: wrong }];
}

function faultsOf(path: string, inspection: Inspection, rows: Float32Array, info: ModelInfo): Fault[] {
  const faults = finite('inspection', inspection, info);
  const predictions = inspection.predictions ?? [];
  const highest = Math.max(0, ...predictions.flatMap(({ top }) => top.map(({ probability }) => probability)));
  if (highest > 1) faults.push({ kind: 'inexact total', what: `a probability of ${highest}` });
  if (faults.length > 0) return faults;
  const expected = probabilities(path);
  const dimensions = rows.length / predictions.length;
  predictions.forEach(({ top }, position) => {
    const hidden = rows.subarray(position * dimensions, (position + 1) * dimensions);
    const { of, doubt } = expected(hidden);
    for (const { id, probability } of top) {
      const exact = of(id);
      if (exact < 1e-12 && probability < 1e-11) continue;
      if (Math.abs(Math.log(probability / exact)) > doubt)
        faults.push({
          kind: doubt > mostDoubt ? 'inexact total' : 'wrong',
          what: `the probability of token ${id} after position ${position} is ${probability}, by plain arithmetic ${exact}`,
        });
    }
  });
  return faults.slice(0, 3);
}

/**
 * The softmax over all outputs in float64, by code of its own over plainly dequantised rows. `doubt` is what float32
 * products of these lengths may miss ln p by.
 */
function probabilities(
  path: string,
): (hidden: Float32Array) => { readonly of: (id: number) => number; readonly doubt: number } {
  const { weights } = openModelFile(path);
  try {
    const architecture = architectureNamed(stringOf(weights, 'general.architecture'));
    if (!architecture) throw new Error('A model of no known family ran.');
    const { logitCap } = hyperparametersOf(architecture, weights);
    const matrix = new EmbeddingMatrix(
      weights,
      weights.tensors.has(architecture.unembedding) ? architecture.unembedding : architecture.embedding,
    );
    const rows = Array.from({ length: matrix.vocabulary }, (_, id) => matrix.block(id, 1));
    const bias = weights.tensors.has(outputBias) ? floats(weights, tensorOf(weights, outputBias)) : null;
    const longest = Math.max(...rows.map((row) => Math.hypot(...row)));
    return (hidden) => {
      const raw = rows.map((row, id) =>
        row.reduce((sum, value, j) => sum + value * (hidden[j] as number), bias?.[id] ?? 0),
      );
      const logits = raw.map((logit) => (logitCap === undefined ? logit : logitCap * Math.tanh(logit / logitCap)));
      const greatest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - greatest), 0);
      return {
        of: (id) => Math.exp((logits[id] as number) - greatest) / total,
        doubt: 1e-5 + 2e-6 * Math.hypot(...hidden) * longest,
      };
    };
  } finally {
    weights.close();
  }
}
