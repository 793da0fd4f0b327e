import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTokenizer } from '../../../src/engine/tokenizer/kinds';
import type { Tokenizer } from '../../../src/engine/tokenizer/tokenizer';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import type { MetadataValue, Weights } from '../../../src/engine/weights/weights';

interface Written {
  /** For every text the different lists of ids that the variants give, as hashes between spaces. */
  readonly lists: readonly string[];
  /**
   * Which of a text's lists a variant gives, one character a text from `0` on; special tokens read as themselves or as
   * plain text.
   */
  readonly variants: readonly {
    readonly changes: Readonly<Record<string, string | boolean | readonly number[]>>;
    readonly readAs: string;
    readonly plain: string;
  }[];
}

/** A vocabulary with some of its keys changed, and what llama.cpp makes of every text with it. */
export interface Variant {
  readonly name: string;
  readonly tokenizer: Tokenizer;
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /** `hash` of the ids: see `hashOfIds`. */
  readonly cases: readonly { readonly text: string; readonly plain: boolean; readonly hash: string }[];
}

const folder = new URL(process.env.TOKENIZER_FIXTURES ?? '../../fixtures/tokenizers/', import.meta.url);
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** The beginning of the SHA-256 of ids with spaces between them. */
export const hashOfIds = (ids: Uint32Array): string =>
  createHash('sha256').update(ids.join(' ')).digest('hex').slice(0, 8);

/** Written by test/fixtures/make_tokenizers.py; of a vocabulary that it leaves out, `weights` are given. */
export function variantsOf(vocabulary: string, weights: Weights = read(vocabulary)): Variant[] {
  const texts = json('texts.json') as string[];
  const { lists, variants } = json(`${vocabulary}.json`) as Written;
  const hashes = lists.map((of) => of.split(' '));
  return variants.map(({ changes, ...picks }): Variant => {
    const changed = Object.entries(changes).map(
      ([key, value]) => [key, typeof value === 'object' ? Float32Array.from(value) : value] as const,
    );
    const metadata = new Map<string, MetadataValue>([...weights.metadata, ...changed]);
    const casesOf = (plain: boolean) =>
      texts.map((text, i) => ({
        text,
        plain,
        hash: hashes[i]?.[(plain ? picks.plain : picks.readAs).charCodeAt(i) - 48] as string,
      }));
    return {
      name:
        changed.map(([key, value]) => `${key} ${typeof value === 'object' ? 'changed' : String(value)}`).join() ||
        'as written',
      tokenizer: readTokenizer({ ...weights, metadata }),
      metadata,
      cases: [...casesOf(false), ...casesOf(true)],
    };
  });
}

function read(vocabulary: string): Weights {
  const source = openSource(fileURLToPath(new URL(`${vocabulary}.gguf`, folder)));
  const weights = readGguf(source);
  source.close();
  return weights;
}
