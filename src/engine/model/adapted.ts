import { platform } from '#platform';
import { basename, dirname, join } from 'node:path';
import type { AdapterInfo, AdapterModule } from '../../shared/adapter';
import type { Control } from '../../shared/engine';
import { modelMissing } from '../../shared/errors';
import { ChangedFile } from '../platform/byteSource';
import { MovableTrunk } from '../trunk/movableTrunk';
import { adaptedWeights } from '../weights/adapter/adaptedWeights';
import { isThin, type AdapterFile } from '../weights/adapter/adapter';
import { ggufAdapter, isGgufAdapter } from '../weights/adapter/ggufAdapter';
import { openPeft, peftConfigName } from '../weights/adapter/peft';
import { EmbeddingMatrix } from '../weights/embedding';
import { readGguf } from '../weights/gguf';
import { openSource } from '../weights/source';
import type { Weights } from '../weights/weights';
import { measuredModule } from './adapterModules';
import { outputBiasOf } from './load';
import type { Model } from './model';
import { namingFile } from './modelFile';

const inPeftFolder = /^(adapter_config\.json|adapter_model\.safetensors)$/;

/** A function that opens the adapter at a path for a base; `null` if no adapter is there. */
export function adapterAt(path: string): ((base: Weights) => AdapterFile) | null {
  const isFolder = platform.isFolder(path);
  const folder = isFolder ? path : inPeftFolder.test(basename(path)) ? dirname(path) : null;
  if (folder !== null) {
    const has = (file: string) => platform.exists(join(folder, file));
    if (platform.isFolder(folder) && !has(peftConfigName) && !has('config.json'))
      throw modelMissing`Neither adapter_config.json nor config.json is in ${folder}, so it holds no adapter and no model. Choose another folder, or a GGUF file.`;
    return has(peftConfigName) && !(isFolder && has('model.safetensors')) ? (base) => openPeft(folder, base) : null;
  }
  const file = ggufAt(path);
  if (!file) return null;
  return (base) => {
    try {
      return ggufAdapter(file, base);
    } catch (error) {
      file.close();
      throw error;
    }
  };
}

/** The GGUF file of an adapter. Files that cannot be read are left to the loading of models, which says why. */
function ggufAt(path: string): Weights | null {
  if (!/\.gguf$/i.test(path) || !platform.exists(path)) return null;
  const source = openSource(path);
  try {
    const file = readGguf(source, { metadata: new Map(), tensors: [], mostKept: 0 });
    if (isGgufAdapter(file)) return file;
    // Throws if the file has changed since its header was read.
    source.read(0, 1);
  } catch (error) {
    // Loading it as a model says what else is wrong.
    if (error instanceof ChangedFile) {
      source.close();
      throw error;
    }
  }
  source.close();
  return null;
}

/** A model with s·ΔW of an adapter, on the matrices of the base. The base must outlive it. */
export class AdaptedModel {
  private constructor(
    private readonly base: Model,
    private readonly adapter: AdapterFile,
    private readonly gains: ReadonlyMap<string, Float32Array>,
    readonly info: AdapterInfo,
    readonly files: AdapterFile['files'],
  ) {}

  /** Throws an `EngineError` if the adapter is damaged or of another base. Keeps nothing open if it throws. */
  static async open(
    base: Model,
    path: string,
    open: (base: Weights) => AdapterFile,
    { signal, onProgress }: Control,
  ): Promise<AdaptedModel> {
    base.needRunner();
    try {
      const adapter = open(base.weights);
      try {
        const { changes, close: _, files, ...said } = adapter;
        const { own } = adaptedWeights(base.weights, adapter, 1);
        const modules: AdapterModule[] = [];
        const gains = new Map<string, Float32Array>();
        const thin = new Set(changes.filter(isThin).map(({ tensor }) => tensor));
        for (const change of changes) {
          if (!isThin(change) && thin.has(change.tensor)) continue;
          const { module, gain } = await measuredModule(base.weights, own, change, signal);
          modules.push(module);
          if (gain) gains.set(change.tensor, gain);
          onProgress?.({ stage: 'layers', fraction: modules.length / changes.length });
        }
        return new AdaptedModel(base, adapter, gains, { ...said, path, modules }, files);
      } catch (error) {
        adapter.close();
        throw error;
      }
    } catch (error) {
      throw namingFile(path, error);
    }
  }

  /** The model at a scale. What it allocated beside the base goes with `release`. */
  async at(scale: number, { signal }: Control): Promise<{ readonly model: Model; readonly release: () => void }> {
    const { base } = this;
    const runner = base.needRunner();
    const { weights, changed } = adaptedWeights(base.weights, this.adapter, scale, this.gains);
    const taken: { release(): void }[] = [];
    const release = () => taken.forEach((one) => one.release());
    const has = (...names: string[]) => names.some((name) => changed.has(name));
    const { embedding: input, unembedding: output } = runner.architecture;
    try {
      const directions = async (matrix: EmbeddingMatrix, isOutput: boolean) => {
        const bias = isOutput ? outputBiasOf(weights, matrix.vocabulary) : null;
        const made = await base.directionsFromFile(matrix, isOutput ? { logitCap: base.logitCap, bias } : {}, signal);
        taken.push(made);
        return made;
      };
      const embedding = has(input) ? new EmbeddingMatrix(weights, input) : base.embedding;
      const inputs = has(input) ? await directions(embedding, false) : base.inputs;
      const rows = base.weights.tensors.has(output) || has(output) ? output : input;
      // A base that has one matrix for both keeps it for the output alone.
      const from = rows === input ? base.weights : weights;
      const outputs = has(output, 'output.bias')
        ? await directions(new EmbeddingMatrix(from, rows), true)
        : base.directions;
      const { home, norm } = base.changedLayers(weights, changed, embedding);
      taken.push(home);
      const model = base.withWeights(weights, {
        embedding,
        inputs,
        directions: outputs,
        norm,
        runner: { ...runner, norm, trunk: new MovableTrunk(home) },
      });
      return { model, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  close(): void {
    this.adapter.close();
  }
}
