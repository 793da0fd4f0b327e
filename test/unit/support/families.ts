import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import type { ModelInfo } from '../../../src/shared/engine';
import { sampled } from './sample';
import { truthAt, type Truth } from './truth';

/** Small models of every family, with what the published model class says of a text: see make_families.py. */
const folder = new URL('../../fixtures/families/', import.meta.url);
export const familyPath = (name: string): string => fileURLToPath(new URL(`${name}.gguf`, folder));
export const familyTruth = (name: string): Truth => truthAt(fileURLToPath(new URL(`${name}.json`, folder)));
export const familyNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.gguf'))
  .map((file) => file.slice(0, -'.gguf'.length));
/** Those whose layers have experts. */
export const mixtureNames: readonly string[] = [
  'gemma4-experts',
  'gpt-oss',
  'granitemoe',
  'olmoe',
  'qwen3moe',
  'qwen3moe-nvfp4',
];
/** Those with other layers than those of attention. */
export const hybridNames: readonly string[] = ['lfm2', 'qwen35'];
/** Those whose layers run on the engine's own kernels alone. */
export const ownKernelNames: readonly string[] = [...mixtureNames, ...hybridNames, 'gemma4', 'gemma4-keys'];
/** One for each way in which attention differs, for what is about attention alone. */
export const attentionFamilies = sampled(
  ['exaone4', 'gemma2-bias', 'gemma3', 'gpt2', 'gptneox', 'llama-window', 'mistral3', 'phi2', 'qwen3'],
  familyNames.filter((name) => !mixtureNames.includes(name) && !hybridNames.includes(name)),
);

export interface Family {
  /** What computes, for what no engine tells. */
  readonly model: Model;
  readonly engine: LocalEngine;
  readonly info: ModelInfo;
}

const loaded = new Map<string, Promise<Family>>();

/** A family on one thread, loaded once for all test files that share their modules. Nobody closes it. */
export function loadedFamily(name: string): Promise<Family> {
  const known = loaded.get(name) ?? load(familyPath(name));
  loaded.set(name, known);
  return known;
}

async function load(path: string): Promise<Family> {
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const engine = localEngine();
  return { model, engine, info: await engine.load({ path, threads: 1 }) };
}
