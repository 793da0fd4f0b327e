import { platform } from '#platform';
import { basename, dirname, resolve } from 'node:path';
import { type EngineError, modelUnsupported } from '../../shared/errors';
import type { ModelInfo } from '../../shared/model';
import { splitName } from '../../shared/modelName';
import { withoutControls } from '../../shared/said';
import { chatTemplatesOf, folderChatTemplates, type ChatTemplates } from '../tokenizer/chatTemplates';
import { endTokensOf, folderEndTokens, type EndTokens } from '../tokenizer/endTokens';
import { checkNames, loadTokenizer, loadTokenizerOrNames, tokenizerKind } from '../tokenizer/kinds';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { findTokenizer, readFolderTokenizer } from '../tokenizer/tokenizerFolder';
import { DamagedModel, wrongField } from '../weights/damaged';
import { readGguf } from '../weights/gguf';
import { openFolder } from '../weights/huggingFace/folder';
import { withMatrixScales } from '../weights/matrixScales';
import { openSource, sha256 } from '../weights/source';
import { openParts, partCount } from '../weights/splitGguf';
import type { Weights } from '../weights/weights';

export interface ModelFile {
  /** The name of the file or folder without the parts that state only its format. */
  readonly name: string;
  readonly weights: Weights;
  /** As in `ModelInfo`. */
  readonly layout?: NonNullable<ModelInfo['layout']>;
  readTokenizer(): Promise<Tokenizer>;
  /** If the kind of tokenizer is unknown, a tokenizer of the tokens' names alone, if the file lists them. */
  readTokenizerOrNames(): Promise<Tokenizer>;
  /** Read when they are asked for, so that a bad template does not keep a model from loading. */
  readChatTemplates(): ChatTemplates;
  readEndTokens(): EndTokens;
  /** Throws if the kind of tokenizer is unknown, without reading it. */
  checkTokenizer(): void;
  /** Throws unless the tokenizer names exactly `rows` tokens. */
  checkNames(rows: number): void;
  /** See `sha256` in `source.ts`. Throws `EngineError('model-unsupported')` for a folder. */
  sha256(step?: (fraction: number) => Promise<void>): Promise<string>;
}

/** Files that stand for their folder when a user chooses them. */
const inFolder = /(^config\.json|\.safetensors|\.safetensors\.index\.json)$/i;
/** The cache of the Hugging Face library names a folder by its commit. */
const inCache = /models--[^/\\]+?--([^/\\]+)[/\\]snapshots[/\\][^/\\]+$/;

/** The limit for a GGUF file. */
const mostRows = 2 ** 22;

/**
 * Opens a GGUF file, all parts of a split one by the path of any part, or a folder by its path or by a file in it.
 * Closing the weights closes everything. With `mostKept`, lists of texts in a GGUF file have holes beyond it: then it
 * has no tokenizer.
 */
export function openModelFile(path: string, mostKept?: number): ModelFile {
  const folder = modelFolderOf(path);
  if (folder === undefined) return ofGguf(path, mostKept);
  const weights = openFolder(folder);
  const readTokenizer = async () => readFolderTokenizer(folder, weights.tensors.get('token_embd.weight')?.shape[0]);
  return {
    name: withoutControls(inCache.exec(folder)?.[1] ?? basename(folder)),
    weights,
    layout: 'folder',
    readTokenizer,
    readTokenizerOrNames: readTokenizer,
    readChatTemplates: () => folderChatTemplates(folder),
    readEndTokens: () => folderEndTokens(folder),
    checkTokenizer: () => findTokenizer(folder),
    // Rows beyond the tokens are padding here. Reading the tokenizer finds tokens beyond the rows.
    checkNames: (rows) => {
      findTokenizer(folder);
      if (rows > mostRows) throw wrongField('embedding (rows)', rows, `≤ ${mostRows}`);
    },
    sha256: () => Promise.reject(severalFiles()),
  };
}

/** Names the model's file or folder in an error that says it is damaged. */
export const namingFile = <T>(path: string, error: T): T | DamagedModel =>
  error instanceof DamagedModel ? error.in(basename(path)) : error;

const severalFiles = (): EngineError =>
  modelUnsupported`The model consists of several files, which have no SHA-256 together. Choose a model of one file.`;

/** A GGUF file; all parts of the model if the file is a part. */
function ofGguf(path: string, mostKept = Infinity): ModelFile {
  const source = openSource(path);
  try {
    const opened = readGguf(source, { metadata: new Map(), tensors: [], mostKept });
    const isPart = partCount(opened) > 1;
    const weights = withMatrixScales(isPart ? openParts(path, opened) : opened);
    return {
      name: withoutControls(basename((isPart && splitName(path)?.whole) || path).replace(/\.gguf$/i, '')),
      weights,
      ...(isPart && { layout: 'parts' as const }),
      readTokenizer: () => loadTokenizer(weights),
      readTokenizerOrNames: () => loadTokenizerOrNames(weights),
      readChatTemplates: () => chatTemplatesOf(weights),
      readEndTokens: () => endTokensOf(weights),
      checkTokenizer: () => void tokenizerKind(weights),
      checkNames: (rows) => checkNames(weights, rows),
      sha256: (step) => (isPart ? Promise.reject(severalFiles()) : sha256(source, step)),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** The folder of a model, by its path or by a file in it; undefined for a GGUF file. */
export function modelFolderOf(path: string): string | undefined {
  if (platform.isFolder(path)) return resolve(path);
  return inFolder.test(basename(path)) ? dirname(resolve(path)) : undefined;
}
