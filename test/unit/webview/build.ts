// Small states for the panel's tests, made from words: only what a test names differs from one to the next.
import { emptyState } from '../../../src/extension/inspection/views';
import type {
  ModelInfo,
  SizeSummary,
  Neighbours,
  PredictedToken,
  Prediction,
  TrunkInfo,
  VocabularyTexts,
} from '../../../src/shared/engine';
import type { LensBlock, ScopeView } from '../../../src/shared/instruments';
import { byMetric, nearerFirst, type ByMetric } from '../../../src/shared/metrics';
import type { Colouring, PanelState } from '../../../src/shared/panel';
import { said } from '../../../src/shared/said';
import type { RankedToken, Token, VocabularyToken } from '../../../src/shared/tokens';
import { relationOf } from '../../../src/webview/vectorscope/geometry';
import { pairsOf, type Pairs } from '../support/spans';

const encoder = new TextEncoder();

export const vocabularyToken = (text: string, id: number, size = 3): VocabularyToken => ({
  id,
  text,
  bytes: [...encoder.encode(text)],
  special: false,
  size,
  percentile: 50,
});

export function textTokens(words: readonly string[]): readonly Token[] {
  let at = 0;
  return words.map((word, index) => ({
    ...vocabularyToken(word, 100 + index, 2 + index / 10),
    index,
    start: at,
    end: (at += word.length),
  }));
}

/** The same tokens, the first of them one that the model adds before the text. */
export const added = (tokens: readonly Token[]): readonly Token[] =>
  tokens.map((token) =>
    token.index === 0 ? { ...token, ...vocabularyToken('<s>', 1, 9), special: true, start: 0, end: 0 } : token,
  );

/** The ranks of a token that is first by every metric. */
export const allFirst: ByMetric<number> = byMetric(() => 1);

/** An entry of a list, with the rank it has by each metric. */
export const ranked = (text: string, id: number, ranks: Partial<ByMetric<number>> = {}): RankedToken => ({
  token: vocabularyToken(text, id),
  values: { ...byMetric(() => 0), euclidean: 1, cosine: 0.5, dot: 2 },
  angle: 60,
  ranks: { ...allFirst, ...ranks },
});

export const list = (ids: readonly number[]): readonly RankedToken[] => ids.map((id) => ranked(`t${id}`, id));

export const neighbours = (
  euclidean: readonly number[],
  cosine: readonly number[],
  dot: readonly number[],
): Neighbours => ({
  query: vocabularyToken('q', 1),
  centred: false,
  lists: { ...byMetric(() => []), euclidean: list(euclidean), cosine: list(cosine), dot: list(dot) },
});

export const predicted = (
  text: string,
  id: number,
  probability: number,
  cosineRank: number,
  bias = 0,
): PredictedToken => ({ ...ranked(text, id, { cosine: cosineRank }), probability, logit: 10, rawLogit: 10, bias });

export const prediction = (top: readonly PredictedToken[], change: Partial<Prediction> = {}): Prediction => ({
  hiddenSize: 40,
  entropy: 2,
  top,
  nearest: byMetric(() => top),
  lengths: {
    lengths: [1, 10, 40, 100],
    actual: 2,
    tokens: [],
    nearest: [[], [], [], []],
    sharedWithDot: [0, 4, 7, 10],
    sharedWithCosine: [0, 8, 9, 6],
  },
  ...change,
});

export const trunk: TrunkInfo = {
  layers: 30,
  heads: 9,
  keyValueHeads: 3,
  feedForward: 1536,
  contextLength: 8192,
  position: 'rotary',
  rotary: { base: 100_000, headSize: 64 },
  norm: 'RMSNorm',
};

export const model: ModelInfo & { readonly sizes: SizeSummary } = {
  name: 'Tiny',
  architecture: 'llama',
  quantisation: 'Q4_1',
  fileBytes: 98_362_432,
  dimensions: 576,
  vocabulary: 49_152,
  tokenizer: said`byte-level BPE`,
  trunk,
  tied: true,
  outputSizes: null,
  threads: 2,
  sizes: {
    smallest: vocabularyToken(' John', 7, 1.793),
    largest: vocabularyToken(' strugg', 8, 7.495),
    mean: 3.2,
    meanRow: 2.18,
    histogram: { from: 1.75, width: 0.05, counts: [1, 2, 3] },
  },
  checks: [],
  notices: [],
};

export const empty: PanelState = emptyState({
  context: false,
  contextTokens: 256,
  plain: false,
  chat: null,
  centred: false,
  space: 'input',
  limit: 512,
  colouring: 'surprisal',
  metric: 'euclidean',
  neighbours: 10,
  top: 20,
});

/** The same state with the tokens coloured by something else. */
export const colouredBy = (colouring: Colouring, state: PanelState): PanelState => ({
  ...state,
  options: { ...state.options, colouring },
});

/** A state with a text of these words; `surprisal` and `entropy` have one entry a word. */
export function inspected(
  words: readonly string[],
  change: Partial<PanelState> = {},
  numbers: { surprisal?: readonly (number | null)[]; entropy?: readonly number[] } = {},
): PanelState {
  const text = words.join('');
  return {
    ...empty,
    status: { kind: 'ready' },
    source: {
      name: 'notes.md',
      uri: 'file:///notes.md',
      start: 0,
      end: text.length,
      excerpt: text,
      characters: [...text].length,
      otherSelections: 0,
      wholeLine: false,
    },
    model,
    loaded: true,
    text: {
      tokens: textTokens(words),
      contextCount: 0,
      total: words.length,
      leftOut: 0,
      notDrawn: 0,
      read: { plain: false, limit: 512 },
    },
    run: numbers.surprisal
      ? {
          length: words.length,
          hiddenSize: words.map(() => 40),
          entropy: numbers.entropy ?? words.map(() => 2),
          surprisal: numbers.surprisal,
          likeliest: [],
          layers: { residualSize: [], angleToInput: [], angleToPrediction: [], attentionSize: [], feedForwardSize: [] },
        }
      : null,
    position: words.length - 1,
    ...change,
  };
}

/** Tokens by their angle to an axis, degrees, and their length. */
export function scopeOf(size: number, anglesAndLengths: Pairs): ScopeView {
  const tokens = pairsOf(anglesAndLengths);
  const dots = Float32Array.from(tokens, ([angle, length]) => size * length * Math.cos((angle * Math.PI) / 180));
  const sizes = Float32Array.from(tokens, ([, length]) => length);
  const scope: ScopeView = {
    axis: { kind: 'residual', position: 0, layer: 30 },
    centred: false,
    size,
    dots,
    sizes,
    nearest: byMetric(() => []),
  };
  const all = tokens.map((_, id): RankedToken => ({
    ...relationOf(scope, id),
    token: vocabularyToken(`t${id}`, id, sizes[id]),
    ranks: allFirst,
  }));
  const nearest = byMetric((metric) =>
    [...all].sort((a, b) => nearerFirst(metric, a.values[metric], b.values[metric])).slice(0, 3),
  );
  return { ...scope, nearest };
}

/**
 * The lens of some positions, from the ids of the likeliest tokens; indexed by position, then layer. One block a layer,
 * as large as the lens.
 */
export function lensOf(
  columns: readonly (readonly number[])[],
  change: Partial<{ readonly from: number; readonly ranks: readonly (readonly number[])[] }> = {},
): LensBlock[] {
  const { from = 0, ranks } = change;
  return (columns[0] ?? []).map((_, layer) => ({
    after: 'layer',
    first: layer,
    count: 1,
    from,
    to: from + columns.length,
    ids: Int32Array.from(columns.flatMap((ids) => [ids[layer] ?? -1, 1, 2, 3, -1])),
    probabilities: Float32Array.from(columns.flatMap(() => [0.5, 0.25, 0.125, 0.0625, 0])),
    entropy: Float32Array.from(columns.map(() => 2)),
    ranks: Int32Array.from(columns.map((_ids, position) => ranks?.[position]?.[layer] ?? 0)),
  }));
}

/** The vocabulary of these texts, ids from 0. */
export function vocabularyOf(texts: readonly string[]): VocabularyTexts {
  const bytes = texts.map((text) => [...encoder.encode(text)]);
  let end = 0;
  return {
    first: 0,
    bytes: Uint8Array.from(bytes.flat()),
    ends: Uint32Array.from(bytes.map(({ length }) => (end += length))),
    special: Uint8Array.from(texts.map(() => 0)),
    sizes: Float32Array.from(texts.map((_, id) => 2 + id / 10)),
  };
}
