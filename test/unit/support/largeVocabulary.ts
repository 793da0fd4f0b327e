import { integers, number, text, texts, type GgufKey } from './ggufWriter';

/** The keys of a large model's header, with as many tokens and merges as a real one has. */
export function largeVocabularyKeys(vocabulary: number, dimensions: number): readonly GgufKey[] {
  const { tokens, merges } = spellings(vocabulary);
  return [
    text('general.architecture', 'qwen2'),
    number('qwen2.block_count', 64),
    number('qwen2.embedding_length', dimensions),
    text('tokenizer.ggml.model', 'gpt2'),
    text('tokenizer.ggml.pre', 'qwen2'),
    texts('tokenizer.ggml.tokens', tokens),
    integers(
      'tokenizer.ggml.token_type',
      tokens.map(() => 1),
    ),
    texts('tokenizer.ggml.merges', merges),
  ];
}

/** Tokens of letters, each longer one made of two shorter by a merge. */
function spellings(count: number): { readonly tokens: readonly string[]; readonly merges: readonly string[] } {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
  const tokens = [...letters];
  const merges: string[] = [];
  for (let base = 0; tokens.length < count; base++) {
    for (const letter of letters) {
      if (tokens.length >= count) break;
      merges.push(`${tokens[base] ?? ''} ${letter}`);
      tokens.push(`${tokens[base] ?? ''}${letter}`);
    }
  }
  return { tokens, merges };
}
