import { platform } from '#platform';
import { join } from 'node:path';
import * as v from 'valibot';
import { modelUnsupported } from '../../shared/errors';
import { wrongIssue } from '../weights/damaged';
import { readWhole } from '../weights/source';
import { boundedJson, strictJson, type JsonBounds } from '../weights/strictJson';
import { tokenizerConfigSchema, type TokenizerConfig } from './json/first';
import { TokenizerJson } from './json/tokenizerJson';
import type { Tokenizer } from './tokenizer';

/**
 * Twice the largest vocabularies with their merges, in bytes and in values: a merge is a list of two, and there are up
 * to half a million.
 */
const longestTokenizer = 64 * 1024 * 1024;
const tokenizerBounds: JsonBounds = { parts: 2 ** 20 + 2 ** 16, values: 2 ** 22 };
const longestConfig = 4 * 1024 * 1024;
export const tokenizerFile = 'tokenizer.json';

/** Throws `EngineError('model-unsupported')` if a folder has no readable tokenizer. */
export function findTokenizer(folder: string): void {
  if (platform.exists(join(folder, tokenizerFile))) return;
  throw modelUnsupported`The model's folder has no ${tokenizerFile}. Save its tokenizer with a newer version of transformers, or choose another model.`;
}

/** Files beside one of another name than `tokenizer.json` may be another tokenizer's, and are not read. */
export function readFolderTokenizer(folder: string, rows: number | undefined, file = tokenizerFile): Tokenizer {
  const isUsual = file === tokenizerFile;
  if (isUsual) findTokenizer(folder);
  const bytes = readWhole(join(folder, file), file, longestTokenizer);
  return new TokenizerJson(
    boundedJson(bytes, file, tokenizerBounds),
    isUsual ? { ...config(folder, 'special_tokens_map.json'), ...config(folder, 'tokenizer_config.json') } : {},
    rows,
  );
}

/** The file's keys, none if there is no file. */
function config(folder: string, name: string): TokenizerConfig {
  const path = join(folder, name);
  if (!platform.exists(path)) return {};
  const parsed = v.safeParse(tokenizerConfigSchema, strictJson(readWhole(path, name, longestConfig), name));
  if (!parsed.success) throw wrongIssue(name, parsed.issues[0]);
  const { add_bos_token, bos_token } = parsed.output;
  return { ...(add_bos_token !== undefined && { add_bos_token }), ...(bos_token !== undefined && { bos_token }) };
}
