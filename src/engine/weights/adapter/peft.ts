import { platform } from '#platform';
import { join } from 'node:path';
import { missingField, wrongField } from '../damaged';
import { inOrderOf, transposed, type Change, type FolderTensor } from '../huggingFace/changes';
import type { Config } from '../huggingFace/config';
import { families } from '../huggingFace/families';
import { heads, prefixes } from '../huggingFace/folder';
import type { FolderFamily } from '../huggingFace/folderFamily';
import { asStored } from '../huggingFace/shards';
import { readSafetensors } from '../safetensors';
import { openSource, readWhole } from '../source';
import { keyNumber, stringOf, type Weights } from '../weights';
import { fittedToBase, type AdapterFile, type AdapterChange } from './adapter';
import { parsePeftConfig, valueFor } from './peftConfig';

export const peftConfigName = 'adapter_config.json';
const tensorsName = 'adapter_model.safetensors';
const longestConfig = 1024 * 1024;
/** Names that are longer are of no module. */
const longestName = 200;

/** The keys that peft saves: `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`. */
const key =
  /^(?:base_model\.model\.)?(.+?)\.(?:(lora_[AB])(?:\.default)?\.weight|(lora_embedding_[AB])(?:\.default)?|(lora_magnitude_vector)(?:\.default)?(?:\.weight)?|(?:modules_to_save\.(?:default\.)?|base_layer\.)?(weight|bias))$/;
type Kind = 'lora_A' | 'lora_B' | 'lora_embedding_A' | 'lora_embedding_B' | 'lora_magnitude_vector' | 'weight' | 'bias';
type Module = Partial<Record<Kind, FolderTensor>>;

/**
 * Reads a folder of peft for a base: LoRA (Hu et al. 2021, arXiv:2106.09685), rsLoRA (Kalajdzievski 2023,
 * arXiv:2312.03732), DoRA, biases and whole tensors. Throws an `EngineError` if it is damaged or of another base.
 */
export function openPeft(folder: string, base: Weights): AdapterFile {
  const config = parsePeftConfig(readWhole(join(folder, peftConfigName), peftConfigName, longestConfig));
  if (!platform.exists(join(folder, tensorsName))) throw missingField(tensorsName, '*.safetensors');
  const source = openSource(join(folder, tensorsName));
  try {
    const [modules, unknown] = [new Map<string, Module>(), [] as string[]];
    for (const [name, stored] of readSafetensors(source, tensorsName)) {
      const [, module, ...kinds] = key.exec(name.slice(0, longestName)) ?? [];
      if (name.includes('.original_module.')) continue;
      if (module === undefined) unknown.push(name.slice(0, longestName));
      else {
        const kind = kinds.find((one) => one !== undefined) as Kind;
        modules.set(module, { ...modules.get(module), [kind]: asStored(name, { ...stored, source }) });
      }
    }
    const names = namesOf(base);
    const changes: AdapterChange[] = [];
    for (const [module, found] of modules) {
      const stem = names.stemOf(module);
      if (stem === undefined) unknown.push(module);
      else changes.push(...changesOf(module, stem, found, names.changeOf, config));
    }
    const adapter: AdapterFile = {
      form: 'peft',
      method: config.use_dora ? 'dora' : config.use_rslora ? 'rslora' : 'lora',
      rank: config.r,
      alpha: config.lora_alpha,
      base: config.base_model_name_or_path ?? null,
      changes,
      unknown,
      notices: [],
      files: source.file ? [source.file] : [],
      close: () => source.close(),
    };
    return fittedToBase(base, adapter);
  } catch (error) {
    source.close();
    throw error;
  }
}

function* changesOf(
  module: string,
  stem: string,
  { lora_A, lora_B, lora_embedding_A, lora_embedding_B, lora_magnitude_vector: magnitude, weight, bias }: Module,
  changeOf: (stem: string, kind: 'weight' | 'bias') => Change,
  { r, rank_pattern, lora_alpha, alpha_pattern, use_rslora }: ReturnType<typeof parsePeftConfig>,
): Generator<AdapterChange> {
  const tensor = `${stem}.weight`;
  const ofRows = changeOf(stem, 'bias');
  // Of an embedding with a product, peft saves the rows below it too.
  if (weight) yield { tensor, module, by: changeOf(stem, 'weight')(weight) };
  // Of an embedding, both are turned: its rows are tokens.
  const down = lora_A ?? (lora_embedding_B && transposed(lora_embedding_B));
  const up = lora_B ? ofRows(lora_B) : lora_embedding_A && transposed(lora_embedding_A);
  if (down && up) {
    const rank = down.info.shape[0] as number;
    const expected = valueFor(rank_pattern, module, r);
    if (rank !== expected) throw wrongField(`${down.info.name.slice(0, 120)} (rank)`, rank, expected);
    const scale = valueFor(alpha_pattern, module, lora_alpha) / (use_rslora ? Math.sqrt(rank) : rank);
    yield { tensor, module, down, up, scale, magnitude: magnitude ? ofRows(magnitude) : null };
  } else if (down || up || magnitude) throw missingField(`${module}: lora_A, lora_B`, 'tensor');
  if (bias) yield { tensor: `${stem}.bias`, module, by: ofRows(bias) };
}

/** How the modules of a class of `transformers` are named and laid out in the base. */
function namesOf(base: Weights) {
  const architecture = stringOf(base, 'general.architecture');
  const family = families.find((one) => one.architecture === architecture);
  const number = (name: string) => keyNumber(base, `${architecture}.attention.${name}`);
  return {
    stemOf: (module: string) => family && stemOf(family, module),
    changeOf(stem: string, kind: 'weight' | 'bias'): Change {
      const config: Config = { model_type: architecture, num_attention_heads: number('head_count') };
      const name = `${stem}.${kind}`;
      const [order, change] = [inOrderOf(base, name, false), family?.change?.(name, config)];
      return (tensor) => order(change?.(tensor) ?? tensor);
    },
  };
}

function stemOf({ ends, layers = 'layers', parts }: FolderFamily, module: string): string | undefined {
  if (heads.includes(`${module}.weight`)) return 'output';
  for (const prefix of prefixes) {
    if (!module.startsWith(prefix)) continue;
    const rest = module.slice(prefix.length);
    const [, layer, part] = rest.startsWith(`${layers}.`)
      ? (/^(\d+)\.(.+)$/.exec(rest.slice(layers.length + 1)) ?? [])
      : [];
    const [ours] =
      Object.entries(part === undefined ? ends : parts).find(([, theirs]) => theirs === (part ?? rest)) ?? [];
    if (ours !== undefined) return part === undefined ? ours : `blk.${Number(layer)}.${ours}`;
  }
  return undefined;
}
