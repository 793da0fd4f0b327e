import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../bench/inputs';
import { join as joined, u64 } from '../unit/support/ggufWriter';
import type { Random } from '../unit/support/mutations';
import { changes, pick, strangeNumbers, strangeTexts, type Kind } from './mutator';
import { spoilNumbers } from './numbers';

// Folders as on Hugging Face with other values in their JSON, other headers of their tensors, other numbers, or without
// some of their files. What tokenizer.json holds is left to the mutators of tokenizers.

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Files = Map<string, Uint8Array>;

const folders = fromRoot('test/fixtures/folders/');
const configs = ['config.json', 'adapter_config.json', 'tokenizer_config.json', 'model.safetensors.index.json'];
const ggufTypes: Readonly<Record<string, number>> = { F32: 0, F16: 1, BF16: 30 };
const encode = (text: string) => new TextEncoder().encode(text);

function strangeJson(random: Random): Json {
  const texts = [
    ...strangeTexts.slice(0, -1),
    'silu',
    'gelu',
    'full_attention',
    'llama3',
    '../config.json',
    '/etc/passwd',
  ];
  return pick<Json>(random, [
    pick(random, strangeNumbers),
    pick(random, strangeNumbers),
    pick(random, strangeNumbers),
    pick(random, texts),
    null,
    true,
    false,
    [],
    {},
    [pick(random, strangeNumbers)],
    Array.from({ length: 300 }, () => 1),
  ]);
}

/** Changes one value somewhere in the JSON; what it says has `tokens` in the place of long texts. */
function changeJson(random: Random, value: Json): readonly [changed: Json, words: string] {
  const keys = value === null || typeof value !== 'object' ? [] : Object.keys(value);
  if (keys.length === 0 || random(30) === 0) {
    const other = strangeJson(random);
    return [other, JSON.stringify(other).slice(0, 60)];
  }
  const holder = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
  const key = pick(random, keys);
  if (random(12) === 0) {
    delete holder[key];
    return [holder, `no ${key}`];
  }
  const inner = holder[key] as Json;
  const [changed, words] =
    typeof inner === 'number' && random(4) === 0
      ? ([inner + random(5) - 2, 'a little more or less'] as const)
      : changeJson(random, inner);
  holder[key] = changed;
  return [holder, `${key}: ${words}`];
}

/** Numbers that JSON can write and `JSON.stringify` would not, and a key twice. */
function misspelt(random: Random, json: string): string {
  return pick(random, [
    () => json.replace(/:\s*\d+/, ':1e400'),
    () => json.replace(/:\s*\d+/, ':-1e-400'),
    () => json.replace('{', '{"model_type":"llama",'),
    () => json.slice(0, random(json.length)),
    () => `${json}}`,
    () => `\uFEFF${json}`,
    () => `${'['.repeat(100_000)}`,
  ])();
}

export function changeConfig(random: Random, files: Files): string {
  const name = pick(
    random,
    [...files.keys()].filter((file) => configs.includes(file)),
  );
  // Most of what counts is in the config.
  const file = random(3) > 0 && files.has('config.json') ? 'config.json' : name;
  const json = new TextDecoder().decode(files.get(file));
  if (random(10) === 0) {
    files.set(file, encode(misspelt(random, json)));
    return `${file} is misspelt`;
  }
  let parsed: Json;
  try {
    parsed = JSON.parse(json) as Json;
  } catch {
    return `${file} stays`;
  }
  const [changed, words] = changeJson(random, parsed);
  files.set(file, encode(JSON.stringify(changed)));
  return `${file}: ${words}`;
}

/** The header of one file of tensors, or the numbers behind it. */
export function changeTensors(random: Random, files: Files): string {
  const file = pick(
    random,
    [...files.keys()].filter((name) => name.endsWith('.safetensors')),
  );
  const bytes = files.get(file) as Uint8Array;
  const length = bytes.length < 8 ? 0 : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  let header: Record<string, Json> | null;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, Json> | null;
  } catch {
    return `${file} stays`;
  }
  const tensors = Object.entries(header ?? {}).filter(([name]) => name !== '__metadata__');
  if (tensors.length === 0) return `${file} stays`;
  if (random(2) === 0) {
    const [name, described] = pick(random, tensors);
    const { dtype, data_offsets: offsets } = (described ?? {}) as { dtype?: Json; data_offsets?: Json };
    if (typeof dtype !== 'string' || !Array.isArray(offsets)) return `${file} stays`;
    const changed = bytes.slice();
    const how = spoilNumbers(
      random,
      changed.subarray(8 + length + Number(offsets[0]), 8 + length + Number(offsets[1])),
      ggufTypes[dtype] ?? 1,
    );
    files.set(file, changed);
    return `${name} in ${file}: ${how}`;
  }
  const [changed, words] =
    random(6) === 0 ? swappedNames(random, Object.fromEntries(tensors)) : changeJson(random, header);
  const written = JSON.stringify(changed);
  const text = encode(random(10) === 0 ? misspelt(random, written) : written);
  const says = random(12) === 0 ? BigInt(pick(random, [0, 1, text.length + 1, 2 ** 31, 2 ** 53])) : BigInt(text.length);
  files.set(file, joined(u64(says), text, bytes.subarray(8 + length)));
  return `the header of ${file}: ${words}`;
}

function swappedNames(random: Random, header: Record<string, Json>): readonly [Json, string] {
  const names = Object.keys(header);
  const [a, b] = [pick(random, names), pick(random, names)];
  return [{ ...header, [a]: header[b] as Json, [b]: header[a] as Json }, `${a} and ${b} change places`];
}

/** A file that is cut, missing, or something else than a file. */
export function changeFile(random: Random, files: Files, folder: string): string {
  const file = pick(random, [...files.keys()]);
  const bytes = files.get(file) as Uint8Array;
  switch (random(5)) {
    case 0:
      files.delete(file);
      mkdirSync(join(folder, file));
      return `${file} is a folder`;
    case 1:
      files.delete(file);
      symlinkSync(file, join(folder, file));
      return `${file} is a link to itself`;
    case 2:
      files.delete(file);
      return `${file} is missing`;
    default:
      files.set(file, bytes.slice(0, random(bytes.length + 1)));
      return `${file} is cut`;
  }
}

export const folderKind: Kind = {
  name: 'folder',
  weight: 4,
  mutatorIn(folder) {
    const names = readdirSync(folders).filter((name) => name !== 'configs');
    const path = join(folder, 'model');
    return (random) => {
      const name = pick(random, names);
      const files: Files = new Map(
        readdirSync(join(folders, name))
          .filter((file) => file !== 'old.json' && file !== 'truth.json')
          .map((file) => [file, new Uint8Array(readFileSync(join(folders, name, file)))]),
      );
      if (random(4) === 0 && readdirSync(join(folders, name)).includes('old.json'))
        files.set('config.json', new Uint8Array(readFileSync(join(folders, name, 'old.json'))));
      mkdirSync(path);
      const ways = [changeConfig, changeConfig, changeConfig, changeTensors, changeTensors];
      const said = Array.from({ length: changes(random) }, () => pick(random, ways)(random, files));
      if (random(12) === 0) said.push(changeFile(random, files, path));
      for (const [file, bytes] of files) writeFileSync(join(path, file), bytes);
      return { path, what: `${name}: ${said.join('; ')}` };
    };
  },
};
