/** How a text is cut into pieces before byte-pair encoding, and what else goes with the name of that cut. */
export interface PreTokenizer {
  /** Global patterns. Each cuts what the one before it left, piece by piece: what it matches, and what lies between. */
  readonly patterns: readonly RegExp[];
  /** A piece that is a token is taken as it is, even where its merges lead elsewhere. */
  readonly wholePieces: boolean;
  /** Whether texts begin with the model's first token where the file does not say. */
  readonly addsFirst: boolean;
}

/** The originals' `\s` is Unicode's White_Space, which JavaScript's is not (U+0085, U+FEFF). */
export const inUnicode = ({ source, flags }: RegExp): RegExp => new RegExp(source.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}'), flags);

/** Contractions, words, numbers and the rest, each with the space before it; the last space before a word stays with the word. */
const gpt2 = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const digit = /\p{N}/gu;
const threeDigits = /[0-9][0-9][0-9]/gu;
const upToThreeDigits = /\p{N}{1,3}/gu;
/** Contractions in either case; a word takes any one sign before it; line ends stay with the signs before them. */
const llama3 = /'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;
/** As llama 3, with every digit alone. */
const qwen2 = /'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;
/** As qwen 2, with marks as parts of words. */
const qwen35 = /'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;
/** Words end where a lower-case letter meets an upper-case one. Only of A to Z is the case known: llama.cpp's reading of `\p{Lu}` and `\p{Ll}`. */
const tekken =
  /[^\r\n\p{L}\p{N}]?(?:(?=\p{L})[^a-z])*(?:(?=\p{L})[^A-Z])+|[^\r\n\p{L}\p{N}]?(?:(?=\p{L})[^a-z])+(?:(?=\p{L})[^A-Z])*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;
/** As tekken, with contractions as parts of words and up to three digits together. */
const gpt4o =
  /[^\r\n\p{L}\p{N}]?(?:(?=\p{L})[^a-z])*(?:(?=\p{L})[^A-Z])+(?:'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD]))?|[^\r\n\p{L}\p{N}]?(?:(?=\p{L})[^a-z])+(?:(?=\p{L})[^A-Z])*(?:'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD]))?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;
const deepseek3 = /[!-/:-@[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;
const bloom = / ?[^(\s|.,!?…。，、।۔،)]+/gu;

/** Those of one entry share what stands beside them. To add one: its patterns here, and its fixture in test/fixtures/make_tokenizers.py. */
const known: readonly { readonly names: readonly string[]; readonly patterns: readonly RegExp[]; readonly wholePieces?: true; readonly addsFirst?: true }[] = [
  { names: ['gpt-2', 'gpt2', 'phi-2', 'olmo', 'mpt', 'jais', 'trillion', 'granite-docling', 'exaone4', 'gigachat', 'a.x-4.0', 'mellum'], patterns: [gpt2] },
  { names: ['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'], patterns: [digit, gpt2] },
  { names: ['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'], patterns: [llama3], wholePieces: true, addsFirst: true },
  { names: ['glm4'], patterns: [llama3], wholePieces: true },
  { names: ['dbrx', 'smaug-bpe', 'chatglm-bpe'], patterns: [llama3] },
  { names: ['qwen2', 'deepseek-r1-qwen', 'kormo', 'stablelm2', 'megrez', 'hunyuan', 'solar-open', 'grok-2'], patterns: [qwen2] },
  { names: ['qwen35'], patterns: [qwen35] },
  { names: ['tekken'], patterns: [tekken], wholePieces: true, addsFirst: true },
  { names: ['gpt-4o', 'llama4', 'kanana2', 'minimax-m2'], patterns: [gpt4o] },
  { names: ['deepseek-coder'], patterns: [/[\r\n]/gu, /\s?\p{L}+/gu, /\s?\p{P}+/gu, /[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+/gu, digit] },
  { names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm'], patterns: [upToThreeDigits, /[\u4E00-\u9FA5\u3040-\u30FF]+/gu, deepseek3] },
  { names: ['falcon'], patterns: [/[\p{P}$+<=>^~|`]+/gu, gpt2, threeDigits] },
  { names: ['default'], patterns: [/[\p{P}$+<=>^~|]+/gu, gpt2, /\p{N}+/gu, threeDigits] },
  { names: ['bloom', 'gpt3-finnish', 'poro-chat'], patterns: [bloom] },
  { names: ['viking'], patterns: [bloom, digit] },
];

const byName: ReadonlyMap<string, PreTokenizer> = new Map(
  known.flatMap(({ names, patterns, wholePieces = false, addsFirst = false }) => {
    const made: PreTokenizer = { patterns: patterns.map(inUnicode), wholePieces, addsFirst };
    return names.map((name) => [name, made] as const);
  }),
);

/** The pre-tokenizer of this name, as llama.cpp has it; undefined for a name that is not known. */
export const preTokenizer = (name: string): PreTokenizer | undefined => byName.get(name);
