import { readFileSync } from 'node:fs';
import { readTokenizer, type Tokenizer } from '../../../src/engine/tokenizer/tokenizer';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openFile } from '../../../src/engine/weights/source';
import type { MetadataValue } from '../../../src/engine/weights/weights';

interface Written {
  /** For every text the different lists of ids that the variants give. */
  readonly lists: readonly (readonly string[])[];
  /** Which of a text's lists a variant gives, special tokens read as themselves or as plain text. */
  readonly variants: readonly { readonly changes: Readonly<Record<string, string | boolean | readonly number[]>>; readonly readAs: string; readonly plain: string }[];
}

/** A vocabulary with some of its keys changed, and what llama.cpp makes of every text with it. */
export interface Variant {
  readonly name: string;
  readonly tokenizer: Tokenizer;
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly cases: readonly { readonly text: string; readonly plain: boolean; readonly ids: readonly number[] }[];
}

const folder = new URL('../../fixtures/tokenizers/', import.meta.url);
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** Written by test/fixtures/make_tokenizers.py. */
export function variantsOf(vocabulary: string): Variant[] {
  const texts = json('texts.json') as string[];
  const { lists, variants } = json(`${vocabulary}.json`) as Written;
  const source = openFile(new URL(`${vocabulary}.gguf`, folder).pathname);
  const weights = readGguf(source);
  const made = variants.map(({ changes, ...picks }): Variant => {
    const changed = Object.entries(changes).map(([key, value]) => [key, typeof value === 'object' ? Float32Array.from(value) : value] as const);
    const metadata = new Map<string, MetadataValue>([...weights.metadata, ...changed]);
    const casesOf = (plain: boolean) =>
      (plain ? picks.plain : picks.readAs).split(' ').map((pick, i) => ({ text: texts[i] as string, plain, ids: (lists[i]?.[Number(pick)] as string).split(' ').filter(Boolean).map(Number) }));
    return { name: changed.map(([key, value]) => `${key} ${typeof value === 'object' ? 'changed' : String(value)}`).join() || 'as written', tokenizer: readTokenizer({ ...weights, metadata }), metadata, cases: [...casesOf(false), ...casesOf(true)] };
  });
  source.close();
  return made;
}
