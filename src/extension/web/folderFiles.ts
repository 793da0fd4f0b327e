import { modelFolder, wholeMark } from '../../shared/storedModel';

/**
 * Whether the browser's storage holds all of a model. The engine's worker writes there, and has the same origin as this
 * host. A browser that refuses its storage holds nothing.
 */
export async function isStored(sha256: string): Promise<boolean> {
  try {
    const models = await (await navigator.storage.getDirectory()).getDirectoryHandle(modelFolder);
    await models.getFileHandle(wholeMark(sha256));
    return true;
  } catch {
    return false;
  }
}

const always = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  // Those of an adapter.
  'adapter_config.json',
  'adapter_model.safetensors',
];
/** Errors name these if `tokenizer.json` is missing. */
const otherTokenizers = ['tokenizer.model', 'vocab.json', 'tekken.json'];
const single = 'model.safetensors';

/** The file that lists the files of weights, if there are several. */
export const indexName = 'model.safetensors.index.json';
/** Bytes. The engine refuses a longer index. */
export const longestIndex = 16 * 2 ** 20;

/** Whether the index is needed to know the files. */
export const needsIndex = (names: readonly string[]): boolean => names.includes(indexName) && !names.includes(single);

/**
 * The files that the engine reads, among all files of a model's folder. `index` is the text of `indexName`.
 */
export function neededOf(names: readonly string[], index: string | null): readonly string[] {
  const weights = names.includes(single) ? [single] : [indexName, ...namedIn(index)];
  const tokenizers = names.includes('tokenizer.json') ? [] : otherTokenizers;
  const needed = new Set([...always, ...tokenizers, ...weights]);
  return names.filter((name) => needed.has(name));
}

/** The files that the index names; none if it is not valid, which the engine reports. */
export function namedIn(index: string | null): readonly unknown[] {
  try {
    const { weight_map: places } = JSON.parse(index ?? '{}') as { weight_map?: unknown };
    return typeof places === 'object' && places !== null ? Object.values(places) : [];
  } catch {
    return [];
  }
}

export const isIndex = (name: string): boolean => /\.safetensors\.index\.json$/i.test(name);

/** Files that stand for their folder when a user chooses them. */
export const isOfFolder = (name: string): boolean =>
  /(^(adapter_)?config\.json|\.safetensors|\.safetensors\.index\.json)$/i.test(name);
