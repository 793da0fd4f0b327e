import { platform } from '#platform';
import {
  CL100K_TOKEN_SPLIT_REGEX,
  O200K_TOKEN_SPLIT_REGEX,
  R50K_TOKEN_SPLIT_REGEX,
} from 'gpt-tokenizer/encodingParams/constants';
import type { Encoded, EncodingName } from '../../shared/engine';
import { EncodingBuilder } from './encoding';
import { PieceEncoder } from './pieces';
import { inUnicode } from './preTokenizers';
import { vocabularyOf } from './ranks';
import { wellFormed } from './utf8';

/**
 * The vocabularies and the patterns are gpt-tokenizer's, each vocabulary a file of its own that is read when it is
 * first asked for. The merging is ours: gpt-tokenizer's own takes quadratic time, 7 s for 42,000 Japanese characters
 * without a space.
 */
const patterns: Readonly<Record<EncodingName, RegExp>> = {
  o200k_base: O200K_TOKEN_SPLIT_REGEX,
  cl100k_base: CL100K_TOKEN_SPLIT_REGEX,
  r50k_base: R50K_TOKEN_SPLIT_REGEX,
};

interface LoadedEncoding {
  readonly encoder: PieceEncoder;
  bytesOf(id: number): readonly number[];
}

const loaded = new Map<EncodingName, Promise<LoadedEncoding>>();

/** How one of OpenAI's encodings cuts a text. Special tokens are read as plain text, a lone surrogate as U+FFFD. */
export async function encodeWith(encoding: EncodingName, text: string): Promise<Encoded> {
  const { encoder, bytesOf } = await load(encoding);
  const builder = new EncodingBuilder();
  encoder.encodeInto(builder, wellFormed(text), 0);
  const { ids, starts, ends } = builder.build();
  const tokens = Array.from(ids, (id, i) => ({
    id,
    bytes: bytesOf(id),
    start: starts[i] as number,
    end: ends[i] as number,
  }));
  return { encoding, count: tokens.length, tokens };
}

/** A failed load is forgotten, so that it can be tried again. */
function load(name: EncodingName): Promise<LoadedEncoding> {
  const known = loaded.get(name);
  if (known) return known;
  const loading = platform.ranks(name).then((ranks) => {
    const { pairs, bytesOf } = vocabularyOf(ranks);
    return { encoder: new PieceEncoder(pairs, [inUnicode(patterns[name])]), bytesOf };
  });
  loaded.set(name, loading);
  loading.catch(() => loaded.delete(name));
  return loading;
}
