import type { HubFile } from '../../shared/hub';
import { splitName } from '../../shared/modelName';

export interface HubStoredFile {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex, of large files. */
  readonly sha256: string | null;
}

export interface HubModel extends HubFile {
  /** The files that hold tensors, in order. */
  readonly files: readonly HubStoredFile[];
  /** Small files beside them, of a folder as on Hugging Face. */
  readonly beside: readonly HubStoredFile[];
  /** The name of the first part that the repository lacks. */
  readonly missing: string | null;
}

const single = 'model.safetensors';
const shard = /^model-\d{5}-of-\d{5}\.safetensors$/;
export const shardIndexName = 'model.safetensors.index.json';
export const configName = 'config.json';
/** Files that the folder's reader looks at. */
const besideNames = [
  configName,
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];

/** Projectors of pictures and measures for quantising are GGUF files without a vocabulary. */
const noModel = /^(mmproj|imatrix)|[-.](mmproj|imatrix)[-.]/i;
const pickles = /\.(bin|pt|pth|ckpt|pkl)$/i;

/** The names that llama.cpp gives to its types of files. */
const quantisation =
  /(?:^|[-._])((?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|F16|F32|BF16|FP16|MXFP4(?:_MOE)?|NVFP4))(?=[-._]|$)/i;

/** The models among the files of a repository, the smallest first. */
export function modelsIn(repository: string, files: readonly HubStoredFile[]): readonly HubModel[] {
  return [...ggufModels(files), ...folderModel(repository, files)].sort(
    (a, b) => a.bytes - b.bytes || (a.path < b.path ? -1 : 1),
  );
}

export const hasPickles = (files: readonly HubStoredFile[]): boolean => files.some(({ path }) => pickles.test(path));

/** The model that a person named, or the usual one. */
export function chosen(models: readonly HubModel[], wanted: string | undefined): HubModel | undefined {
  if (wanted === undefined) return models.find((model) => model.quantisation?.toUpperCase() === 'Q4_K_M') ?? models[0];
  const lower = wanted.toLowerCase();
  const fits: readonly ((model: HubModel) => boolean)[] = [
    ({ path, files }) => path === wanted || files.some((file) => file.path === wanted),
    ({ name, files }) =>
      name.toLowerCase() === lower || files.some(({ path }) => fileNameOf(path).toLowerCase() === lower),
    (model) => model.quantisation?.toLowerCase() === lower || model.kind === lower,
  ];
  return fits.map((fit) => models.find(fit)).find((model) => model !== undefined);
}

/** The last part of a path in a repository. */
export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function ggufModels(files: readonly HubStoredFile[]): HubModel[] {
  const groups = new Map<string, Map<number, HubStoredFile>>();
  for (const file of files) {
    if (!/\.gguf$/i.test(file.path) || noModel.test(fileNameOf(file.path))) continue;
    const split = splitName(file.path);
    const group = split ? split.partAt(0) : file.path;
    const found = groups.get(group) ?? new Map<number, HubStoredFile>();
    groups.set(group, found.set(split?.part ?? 0, file));
  }
  return [...groups].map(([path, found]) => {
    const split = splitName(path);
    const parts = [...found].sort(([a], [b]) => a - b).map(([, file]) => file);
    // A list of 5,000 files can speak of ten million parts, so their names are not made.
    let next = 0;
    while (found.has(next)) next++;
    const name = fileNameOf(split ? split.whole : path);
    return {
      path,
      kind: 'gguf',
      name,
      parts: split?.count ?? 1,
      bytes: bytesOf(parts),
      quantisation: quantisation.exec(name.replace(/\.gguf$/i, ''))?.[1]?.toUpperCase() ?? null,
      files: parts,
      beside: [],
      missing: split && next < split.count ? split.partAt(next) : null,
    };
  });
}

function folderModel(repository: string, files: readonly HubStoredFile[]): HubModel[] {
  const named = (name: string) => files.find(({ path }) => path === name);
  const whole = named(single);
  const index = named(shardIndexName);
  const tensors = whole ? [whole] : index ? files.filter(({ path }) => shard.test(path)) : [];
  const beside = besideNames.flatMap((name) => named(name) ?? []);
  if (tensors.length === 0 || !named(configName)) return [];
  return [
    {
      path: whole ? single : shardIndexName,
      kind: 'safetensors',
      name: fileNameOf(repository),
      parts: tensors.length,
      bytes: bytesOf(tensors),
      quantisation: null,
      files: tensors,
      beside: whole || !index ? beside : [...beside, index],
      missing: null,
    },
  ];
}

const bytesOf = (files: readonly HubStoredFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
