import { platform } from '#platform';
import { join } from 'node:path';
import { EngineError, modelMissing } from '../../../shared/errors';
import { missingField } from '../damaged';
import { readWhole } from '../source';
import { weightsOf } from '../tensorReader';
import type { MetadataValue, UnreadTensor, Weights } from '../weights';
import { withScales } from './blockScales';
import { numbersTensor, stacked, type FolderTensor } from './changes';
import { checkSizes, parseConfig, textConfig, type Config } from './config';
import { families } from './families';
import type { FolderFamily } from './folderFamily';
import { expertsOf } from './mixtures';
import { asStored, isReadable, openShards, type ShardTensor } from './shards';

const longestConfig = 1024 * 1024;
/** Prefixes of a model's tensor names, depending on the class that was saved. */
export const prefixes = ['model.', 'transformer.', 'gpt_neox.', 'language_model.model.', 'model.language_model.', ''];
export const heads = ['lm_head.weight', 'embed_out.weight', 'language_model.lm_head.weight'];
const headBiases = heads.map((name) => name.replace('.weight', '.bias'));
const embeddings = ['embed_tokens.weight', 'wte.weight', 'embed_in.weight'];

/**
 * Opens a model's folder as on Hugging Face under the names, keys and layouts of a GGUF file, so each family states its
 * equations once. The reader applies the same changes to the numbers as llama.cpp's converter. Throws an `EngineError`
 * if the folder is not a model's or is damaged. If only the layers cannot run, `refusal` says why.
 */
export function openFolder(folder: string): Weights {
  if (!platform.exists(join(folder, 'config.json')))
    throw modelMissing`There is no config.json in ${folder}, so it is not a model's folder as on Hugging Face. Choose another folder, or a GGUF file.`;
  const whole = parseConfig(readWhole(join(folder, 'config.json'), 'config.json', longestConfig));
  const config = textConfig(whole);
  const source = whole.vectorscope_source;
  const { sources, tensors: stored } = openShards(folder);
  const close = () => sources.forEach((source) => source.close());
  try {
    const { metadata, tensors, unread, refusal } = translate(config, stored, source !== null && source !== undefined);
    return weightsOf({
      metadata,
      tensors: new Map([...tensors].map(([name, { info }]) => [name, info])),
      unread,
      fileBytes: sources.reduce((sum, { size }) => sum + size, 0),
      files: sources.flatMap(({ file }) => file ?? []),
      rangeOf: ({ name }) => (tensors.get(name) as FolderTensor).read,
      close,
      ...(source && { source: { repository: source.repository, file: source.file, bytes: source.bytes } }),
      ...(refusal && { refusal }),
    });
  } catch (error) {
    close();
    throw error;
  }
}

interface Translated {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: ReadonlyMap<string, FolderTensor>;
  readonly unread: ReadonlyMap<string, UnreadTensor>;
  readonly refusal?: EngineError;
}

/** If the folder holds only a geometry, the tensors of the layers are missing. */
function translate(config: Config, stored: ReadonlyMap<string, ShardTensor>, isGeometry: boolean): Translated {
  const prefix = prefixes.find((before) => embeddings.some((name) => stored.has(before + name)));
  const family = families.find(({ modelTypes }) => modelTypes.includes(config.model_type));
  const others = () => named([...(prefix === undefined ? [] : endsOf(stored, prefix)), ...othersOf(stored, prefix)]);
  if (!family) return { metadata: new Map([['general.architecture', config.model_type]]), ...others() };
  const metadata = new Map<string, MetadataValue>([['general.architecture', family.architecture]]);
  try {
    if (!isGeometry) checkSizes(config, stored.size, longestSide(stored.values()));
    const { keys, tensors: fromConfig } = family.keys(config);
    for (const [key, value] of Object.entries(keys)) metadata.set(`${family.architecture}.${key}`, value);
    const scaled = withScales(config, stored);
    const ends = named(prefix === undefined ? [] : endsOf(scaled, prefix));
    const tensors = new Map([
      ...ends.tensors,
      ...bodyOf(family, isGeometry ? withoutLayers(config) : config, scaled, prefix ?? ''),
    ]);
    for (const [name, values] of Object.entries(fromConfig)) tensors.set(name, numbersTensor(name, values));
    return { metadata, tensors, unread: ends.unread };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { metadata, ...others(), refusal: error };
  }
}

/**
 * The tensors that a load of the geometry reads, by their names in a folder with this `config.json`. `names` are those
 * of all tensors of the folder.
 */
export function geometryTensorsOf(config: Uint8Array, names: ReadonlySet<string>): readonly string[] {
  const { model_type: type } = textConfig(parseConfig(config));
  const prefix = prefixes.find((before) => embeddings.some((name) => names.has(before + name))) ?? '';
  const ends = Object.values(families.find(({ modelTypes }) => modelTypes.includes(type))?.ends ?? {});
  const wanted = [
    ...embeddings.map((name) => prefix + name),
    ...heads,
    ...headBiases,
    ...ends.flatMap((stem) => [`${prefix}${stem}.weight`, `${prefix}${stem}.bias`]),
  ];
  return [...new Set(wanted.flatMap((name) => [name, `${name}_scale_inv`]))].filter((name) => names.has(name));
}

const withoutLayers = (config: Config): Config => ({ ...config, num_hidden_layers: 0, n_layer: 0 });

function longestSide(tensors: Iterable<ShardTensor>): number {
  let longest = 0;
  for (const { shape } of tensors) longest = Math.max(longest, ...shape);
  return longest;
}

/** Tensors under GGUF's names, those of types that cannot be read apart. */
function named(found: Iterable<readonly [name: string, tensor: ShardTensor]>): Pick<Translated, 'tensors' | 'unread'> {
  const tensors = new Map<string, FolderTensor>();
  const unread = new Map<string, UnreadTensor>();
  for (const [name, tensor] of found) {
    const { shape, type, offset, byteLength } = tensor;
    if (isReadable(type)) tensors.set(name, asStored(name, tensor));
    else unread.set(name, { name, shape, type, offset, byteLength });
  }
  return { tensors, unread };
}

/** The embedding, the unembedding and the output bias, which have one of a few names in every family. */
function* endsOf(stored: ReadonlyMap<string, ShardTensor>, prefix: string): Generator<[string, ShardTensor]> {
  const embedding = embeddings.map((name) => stored.get(prefix + name)).find((tensor) => tensor !== undefined);
  const [head, bias] = [heads, headBiases].map((names) =>
    names.map((name) => stored.get(name)).find((tensor) => tensor !== undefined),
  );
  if (embedding) yield ['token_embd.weight', embedding];
  if (head) yield ['output.weight', head];
  if (bias) yield ['output.bias', bias];
}

/** All other tensors under their own names, so that their parameters are counted. */
function* othersOf(
  stored: ReadonlyMap<string, ShardTensor>,
  prefix: string | undefined,
): Generator<[string, ShardTensor]> {
  const taken = new Set([...heads, ...headBiases, ...embeddings.map((name) => `${prefix}${name}`)]);
  for (const [name, tensor] of stored)
    if (tensor.byteLength > 0 && tensor.shape.length > 0 && !taken.has(name)) yield [name, tensor];
}

/**
 * Tensors that older versions of transformers saved although the config determines them: masks and rotary frequencies.
 */
const buffers = /\.(rotary_emb\.inv_freq|(attn|attention)\.(bias|masked_bias))$/;

/**
 * The tensors of the layers. Throws if one is missing, or if the config claims an unembedding that the folder lacks.
 */
function* bodyOf(
  {
    architecture,
    ends,
    withLayers,
    layers = 'layers',
    parts,
    partsOf,
    unreadOf,
    named: full = {},
    change,
  }: FolderFamily,
  config: Config,
  stored: ReadonlyMap<string, ShardTensor>,
  prefix: string,
): Generator<[string, FolderTensor]> {
  const count = config.num_hidden_layers ?? config.n_layer ?? 0;
  const stems = [
    ...Object.entries(ends),
    ...Object.entries((count > 0 && withLayers?.(config)) || {}),
    ...Array.from({ length: count }, (_, layer) =>
      Object.entries(partsOf?.(config, layer) ?? parts).map(
        ([ours, theirs]) => [`blk.${layer}.${ours}`, `${layers}.${layer}.${theirs}`] as const,
      ),
    ).flat(),
  ];
  const taken = new Set(
    Array.from({ length: count }, (_, layer) =>
      (unreadOf?.(config, layer) ?? []).map((theirs) => `${prefix}${layers}.${layer}.${theirs}.weight`),
    ).flat(),
  );
  for (const [ours, theirs] of stems) {
    for (const kind of ['weight', 'bias']) {
      const tensor = stored.get(`${prefix}${theirs}.${kind}`);
      taken.add(`${prefix}${theirs}.${kind}`);
      if (!tensor && kind === 'weight') throw missingField(`${prefix}${theirs}.weight`, 'tensor');
      if (!tensor) continue;
      const name = `${ours}.${kind}`;
      yield [name, change?.(name, config)?.(asStored(name, tensor)) ?? asStored(name, tensor)];
    }
  }
  for (let layer = 0; layer < count; layer++)
    for (const [ours, { whole, change: cut, each, isIn }] of Object.entries(full)) {
      if (isIn && !isIn(config, layer)) continue;
      const name = `blk.${layer}.${ours}`;
      const at = (theirs: string) => {
        taken.add(`${prefix}${layers}.${layer}.${theirs}`);
        return stored.get(`${prefix}${layers}.${layer}.${theirs}`);
      };
      const fused = at(whole);
      const matrices = fused || !each ? [] : Array.from({ length: expertsOf(config) }, (_, expert) => each(expert));
      const found = matrices.map((theirs) => {
        const tensor = at(theirs);
        if (!tensor) throw missingField(`${prefix}${layers}.${layer}.${theirs}`, 'tensor');
        return asStored(theirs, tensor);
      });
      if (!fused && found.length === 0) throw missingField(`${prefix}${layers}.${layer}.${whole}`, 'tensor');
      yield [name, fused ? (cut?.(asStored(name, fused)) ?? asStored(name, fused)) : stacked(name, found)];
    }
  // Layers with tensors that the family's equations do not read are refused later, by these names.
  for (const [name, tensor] of stored)
    if (name.startsWith(`${prefix}${layers}.`) && !taken.has(name) && !buffers.test(name) && isReadable(tensor.type))
      yield [name, asStored(name, tensor)];
  const tied =
    config.tie_embedding ??
    config.tie_word_embeddings ??
    (architecture.startsWith('gemma') || ['gpt2', 'lfm2'].includes(architecture));
  if (!tied && !heads.some((name) => stored.has(name)))
    throw missingField(heads[architecture === 'gptneox' ? 1 : 0], 'tensor (tie_word_embeddings: false)');
}
