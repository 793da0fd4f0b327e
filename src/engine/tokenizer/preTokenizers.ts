/** A pattern cuts out its matches and keeps the parts between. A function cuts a whole piece. */
export type PieceCut = RegExp | ((piece: string) => readonly string[]);

/** How a text is cut into pieces before byte-pair encoding, and other properties of the same models. */
export interface PreTokenizer {
  /** Each divides the pieces of the one before. Patterns are global. */
  readonly cuts: readonly PieceCut[];
  /** Whether a piece that is a token is taken whole, even if its merges lead elsewhere. */
  readonly wholePieces: boolean;
  /** Whether texts begin with the first token, if the file does not say. */
  readonly addsFirst: boolean;
}

/** Replaces `\s` by Unicode's White_Space as in the originals. JavaScript's differs at U+0085 and U+FEFF. */
export const inUnicode = ({ source, flags }: RegExp): RegExp =>
  new RegExp(source.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}'), flags);

/** One pattern of alternatives: the first that fits wins. */
const anyOf = (...alternatives: readonly RegExp[]): RegExp =>
  inUnicode(new RegExp(alternatives.map(({ source }) => source).join('|'), 'gu'));

/**
 * Cuts runs of digits into groups of three from their right end, before or after each whole group. The rest of the
 * piece stays with the first or the last group. As a pattern it would look ahead to the end of the run from every
 * digit.
 */
const inThrees =
  (runs: RegExp, where: 'before' | 'after') =>
  (piece: string): readonly string[] => {
    const places: number[] = [0];
    for (const { 0: run, index } of piece.matchAll(runs)) {
      const digits = Array.from(run);
      let place = index;
      digits.forEach(({ length }, i) => {
        if (where === 'before' && (digits.length - i) % 3 === 0) places.push(place);
        place += length;
        if (where === 'after' && (digits.length - i) % 3 === 1) places.push(place);
      });
    }
    return places.map((from, i) => piece.slice(from, places[i + 1])).filter((part) => part !== '');
  };

// Parts of patterns.
const contraction = /'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])/u;
/** A word includes one sign before it. */
const word = /[^\r\n\p{L}\p{N}]?\p{L}+/u;
const markedWord = /[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+/u;
const digit = /\p{N}/gu;
const upToThreeDigits = /\p{N}{1,3}/gu;
/** Line ends stay with the signs before them. */
const signs = / ?[^\s\p{L}\p{N}]+[\r\n]*/u;
const signsAndSlashes = / ?[^\s\p{L}\p{N}]+[\r\n/]*/u;
const lineEnds = /\s*[\r\n]+/u;
const lineEnd = /\s*[\r\n]/u;
/** The last space before a word belongs to the word. */
const spaces = /\s+(?!\S)|\s+/u;
const asciiSignAndWord = /[!-/:-@[-`{-~][A-Za-z]+/u;
const wordAfterOther = /[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+/u;
/**
 * The case of only A to Z is known, which is llama.cpp's reading of `\p{Lu}` and `\p{Ll}`. A word ends between a
 * lower-case and an upper-case letter.
 */
const casedWord = (letter: RegExp, end = ''): RegExp => {
  const [upper, lower] = [`(?:(?=${letter.source})[^a-z])`, `(?:(?=${letter.source})[^A-Z])`];
  return new RegExp(
    `[^\\r\\n\\p{L}\\p{N}]?${upper}*${lower}+${end}|[^\\r\\n\\p{L}\\p{N}]?${upper}+${lower}*${end}`,
    'u',
  );
};
const followed = (pattern: RegExp, end: string): RegExp => new RegExp(pattern.source + end, 'u');
const orContraction = `(?:${contraction.source})?`;

/** Contractions, words, numbers and the rest, each with the space before it. */
const gpt2 = anyOf(/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+/u, spaces);
const llama3 = anyOf(contraction, word, upToThreeDigits, signs, lineEnds, spaces);
/** As Llama 3, with every digit alone. */
const qwen2 = anyOf(contraction, word, digit, signs, lineEnds, spaces);
/** As Qwen 2, with marks in words. */
const qwen35 = anyOf(contraction, markedWord, digit, / ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*/u, lineEnds, spaces);
const tekken = anyOf(casedWord(/\p{L}/u), digit, signsAndSlashes, lineEnds, spaces);
const gpt4o = (letter: RegExp): RegExp =>
  anyOf(casedWord(letter, orContraction), upToThreeDigits, signsAndSlashes, lineEnds, spaces);
const deepseek3 = anyOf(asciiSignAndWord, wordAfterOther, / ?[\p{P}\p{S}]+[\r\n]*/u, lineEnds, spaces);
const bloom = inUnicode(/ ?[^(\s|.,!?…。，、।۔،)]+/gu);
const threeDigits = /[0-9][0-9][0-9]/gu;
const lines = /[^\n]+|\n+/gu;
const ideographsAndKana = /[\u4E00-\u9FA5\u3040-\u30FF]+/gu;
/** Samaritan to Chinese, and Korean, without white space. */
const eastern = inUnicode(/(?:(?!\s)[\u0800-\u9FA5\uAC00-\uD7FF])+/gu);
/** Latin, Greek, Cyrillic and other letters with case, in an older version of Unicode. */
const oldCasedLetters = inUnicode(
  /\s?(?:(?![\u0560-\u0588\u10C7-\u10FF\u1C80-\u1C8A\u2D00-\u2D2F\uA790-\uA7DC\uA7F5-\uA7FA\uAB30-\uAB68\u{10570}-\u{105B9}\u{10D50}-\u{10D85}\u{16E40}-\u{16ED3}\u{1D400}-\u{1D7CB}\u{1DF00}-\u{1DF2A}])[\p{Lu}\p{Ll}\p{Lt}\u0295])+/gu,
);
const han = /[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{2A6DF}\u{2A700}-\u{2EBEF}\u{2F800}-\u{2FA1F}]/u;
const kimi = anyOf(
  followed(han, '+'),
  new RegExp(`[^\\r\\n\\p{L}\\p{N}]?(?:(?!${han.source})\\p{L})+${orContraction}`, 'u'),
  upToThreeDigits,
  signs,
  lineEnds,
  spaces,
);

/**
 * Pre-tokenizers with equal cuts share an entry. A new one is its cuts here and a fixture in
 * test/fixtures/make_tokenizers.py.
 */
const known: readonly {
  readonly names: readonly string[];
  readonly cuts: readonly PieceCut[];
  readonly wholePieces?: true;
  readonly addsFirst?: true;
}[] = [
  {
    names: [
      'gpt-2',
      'gpt2',
      'phi-2',
      'olmo',
      'mpt',
      'jais',
      'trillion',
      'granite-docling',
      'exaone4',
      'gigachat',
      'a.x-4.0',
      'mellum',
      'modern-bert',
      'roberta-bpe',
      'jina-es',
      'jina-de',
      'jina-v1-en',
      'jina-v2-es',
      'jina-v2-de',
      'jina-v2-code',
    ],
    cuts: [gpt2],
  },
  {
    names: ['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    cuts: [digit, gpt2],
  },
  {
    names: ['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2', 'jina-v5-nano'],
    cuts: [llama3],
    wholePieces: true,
    addsFirst: true,
  },
  { names: ['glm4', 'glm5'], cuts: [llama3], wholePieces: true },
  { names: ['dbrx', 'smaug-bpe', 'chatglm-bpe'], cuts: [llama3] },
  {
    names: ['minicpm5'],
    cuts: [upToThreeDigits, anyOf(contraction, word, /\p{N}+/u, signs, lineEnds, spaces)],
    wholePieces: true,
  },
  {
    names: ['jais-2'],
    cuts: [
      anyOf(
        contraction,
        word,
        upToThreeDigits,
        signs,
        lineEnds,
        /\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s/u,
      ),
    ],
  },
  {
    names: ['qwen2', 'deepseek-r1-qwen', 'kormo', 'f2llmv2', 'stablelm2', 'megrez', 'hunyuan', 'solar-open', 'grok-2'],
    cuts: [qwen2],
  },
  { names: ['laguna'], cuts: [lines, qwen2] },
  { names: ['ufakzeka'], cuts: [anyOf(word, digit, signs, lineEnds, spaces)] },
  {
    names: ['bailingmoe', 'bailingmoe2', 'llada-moe'],
    cuts: [anyOf(contraction, word, digit, signs, lineEnd, spaces)],
  },
  { names: ['seed-coder'], cuts: [anyOf(contraction, word, digit, / ?[^\s\p{L}\p{N}\r\n]+/u, lineEnds, spaces)] },
  {
    names: ['exaone-moe'],
    cuts: [
      anyOf(
        contraction,
        /[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+/u,
        digit,
        / ?[^\s\p{L}\p{N}]+[\r\n/]?/u,
        lineEnd,
        spaces,
      ),
    ],
  },
  { names: ['qwen35'], cuts: [qwen35] },
  { names: ['tekken'], cuts: [tekken], wholePieces: true, addsFirst: true },
  { names: ['gpt-4o', 'llama4', 'kanana2', 'talkie', 'minimax-m2'], cuts: [gpt4o(/\p{L}/u)] },
  { names: ['granite-embed-multi-97m'], cuts: [gpt4o(/[\p{L}\p{M}]/u)], wholePieces: true },
  {
    names: ['tiny_aya', 'cohere2moe'],
    cuts: [
      inThrees(/\p{N}+/gu, 'after'),
      anyOf(followed(markedWord, orContraction), upToThreeDigits, signsAndSlashes, lineEnds, spaces),
    ],
  },
  {
    names: ['youtu'],
    cuts: [
      /[\uAC00-\uD7A3\u3131-\u318E]+|[\u2014\u2018\u2019\u201C\u201D\u2026\u3001-\u303F\uFE30-\uFE4F！，：；]+|[\u3105-\u312F]+|[\u4E00-\u9FA5\u3040-\u30FF]+/gu,
      anyOf(followed(markedWord, orContraction), digit, signsAndSlashes, lineEnds, spaces),
    ],
    wholePieces: true,
  },
  { names: ['kimi-k2'], cuts: [kimi] },
  {
    names: ['deepseek-llm'],
    // The lookbehind avoids a new attempt at each character of white space within a piece.
    cuts: [
      /[\r\n]/gu,
      oldCasedLetters,
      inUnicode(/\s?[!-/:-~\u2018-\u201F\u3001\u3002\uFF01-\uFF0F\uFF1A-\uFF5E]+/gu),
      inUnicode(/(?<!\s)\s+$/gu),
      eastern,
      /\p{N}+/gu,
    ],
  },
  { names: ['deepseek-coder'], cuts: [/[\r\n]/gu, inUnicode(/\s?\p{L}+/gu), inUnicode(/\s?\p{P}+/gu), eastern, digit] },
  {
    names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm', 'hy_v4'],
    cuts: [upToThreeDigits, ideographsAndKana, deepseek3],
  },
  {
    names: ['spark2_5'],
    cuts: [
      upToThreeDigits,
      ideographsAndKana,
      anyOf(asciiSignAndWord, wordAfterOther, / ?[\p{P}\p{S}]+|[\r\n]/u, spaces),
      digit,
    ],
  },
  {
    names: ['afmoe'],
    cuts: [
      inThrees(/\p{N}+/gu, 'after'),
      /[\u0E40-\u0EFF\u1000-\u109F\u1100-\u11FF\u1780-\u17FF\u2F00-\u2FDF\u3040-\u30FF\u3400-\u4DBF\u4E00-\uFAFF\uFF65-\uFF9F]+/gu,
      deepseek3,
    ],
  },
  { names: ['superbpe'], cuts: [/\p{N}+/gu, inThrees(/[0-9]+/g, 'before')] },
  {
    names: ['chameleon'],
    cuts: [/<sentinel:[0-9]+>/gu, /IMGIMG[A-I]{1,4}Z/gu, /[\t\n]| {4}| {2}/gu, digit, /[\p{P}!-/:-@[-`{-~]/gu, gpt2],
    addsFirst: true,
  },
  { names: ['falcon'], cuts: [/[\p{P}$+<=>^~|`]+/gu, gpt2, threeDigits] },
  { names: ['default'], cuts: [/[\p{P}$+<=>^~|]+/gu, gpt2, /\p{N}+/gu, threeDigits] },
  { names: ['bloom', 'gpt3-finnish', 'poro-chat'], cuts: [bloom] },
  { names: ['viking'], cuts: [bloom, digit] },
];

const byName: ReadonlyMap<string, PreTokenizer> = new Map(
  known.flatMap(({ names, cuts, wholePieces = false, addsFirst = false }) =>
    names.map((name) => [name, { cuts, wholePieces, addsFirst }] as const),
  ),
);

/** llama.cpp's pre-tokenizer of this name, if known. */
export const preTokenizer = (name: string): PreTokenizer | undefined => byName.get(name);
