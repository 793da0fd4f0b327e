import { platform } from '#platform';
import { join } from 'node:path';
import * as v from 'valibot';
import { readWhole } from '../weights/source';
import { strictJson } from '../weights/strictJson';
import type { Weights } from '../weights/weights';

/** The tokens with which a model ends a text, a turn, or a message. */
export type EndTokens = ReadonlySet<number>;

/** Those that the keys of a GGUF file name. */
export const endTokensOf = ({ metadata }: Weights): EndTokens =>
  new Set(
    ['eos', 'eot', 'eom']
      .map((name) => metadata.get(`tokenizer.ggml.${name}_token_id`))
      .filter((id): id is number => typeof id === 'number'),
  );

/** Bytes. */
const longestConfig = 4 * 2 ** 20;
const id = v.number();
const configSchema = v.looseObject({ eos_token_id: v.nullish(v.union([id, v.array(id)])) });

/** `eos_token_id` of a folder as on Hugging Face, a number or a list: how it generates goes before what it is. */
export function folderEndTokens(folder: string): EndTokens {
  for (const name of ['generation_config.json', 'config.json']) {
    const path = join(folder, name);
    if (!platform.exists(path)) continue;
    const ids = v.safeParse(configSchema, strictJson(readWhole(path, name, longestConfig), name));
    const found = ids.success ? (ids.output.eos_token_id ?? []) : [];
    if (typeof found === 'number' || found.length > 0) return new Set([found].flat());
  }
  return new Set();
}
