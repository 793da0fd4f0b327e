import type { Contrast } from '../../../../../src/shared/contrasts';
import type { AnswerOf, CallName, LoadRequest } from '../../../../../src/shared/engine';
import { byMetric } from '../../../../../src/shared/metrics';
import type { NamedToken, TextRequest } from '../../../../../src/shared/tokens';

/** What an answer was computed from. A handle is replaced by the text that it stands for. */
export interface Origin {
  readonly name: CallName;
  readonly request: unknown;
  readonly model: LoadRequest;
  /** The second model that the engine held; null if none. */
  readonly other: string | null;
  /** Which life of the engine it was. */
  readonly life: number;
  readonly key: string;
}

/** A text as the engine reads it; two readings with equal strings give equal numbers. */
export const readingOf = ({ text, context, contextTokens, plain, limit }: TextRequest): string =>
  JSON.stringify([text, context ?? null, contextTokens ?? null, plain ?? false, limit ?? null]);

/** The text of a question about a run. */
export const textIn = ({ request }: Origin): TextRequest => request as TextRequest;

/** Letters of tokens that the predictions list first: a text can be continued with them, and no document holds them. */
const letters = ['X', 'Y'];

export function appendable(at: number): NamedToken {
  const text = letters[at] as string;
  return { id: text.charCodeAt(0), text, bytes: [text.charCodeAt(0)], special: false, size: 1, percentile: 0 };
}

type Stamping = { readonly [C in CallName]?: (answer: AnswerOf<C>, stamp: number) => AnswerOf<C> };

/** Puts the number of an answer's origin into numbers that the state shows. */
const stamping: Stamping = {
  tokenise: (cut, stamp) => ({ ...cut, tokens: cut.tokens.map((token) => ({ ...token, percentile: stamp })) }),
  run: (run, stamp) => ({ ...run, entropy: run.entropy.fill(stamp) }),
  token: (facts, stamp) => ({ ...facts, ownRank: { ...facts.ownRank, raw: byMetric(() => stamp) } }),
  neighbours: ({ lists, ...neighbours }, stamp) => {
    const list = lists.dot.map((entry) => ({ ...entry, values: byMetric(() => stamp) }));
    return { ...neighbours, lists: byMetric(() => list) };
  },
  prediction: (prediction, stamp) => ({
    ...prediction,
    entropy: stamp,
    top: prediction.top.map((entry, at) =>
      at < letters.length ? { ...entry, token: { ...entry.token, ...appendable(at) } as typeof entry.token } : entry,
    ),
  }),
  find: (found, stamp) => ({ ...found, total: stamp }),
  encode: (encoded, stamp) => ({ ...encoded, count: stamp }),
  cuts: ({ own, others }, stamp) => ({ own: { ...own, count: stamp }, others }),
  scope: (scope, stamp) => ({ ...scope, size: stamp }),
  lens: ({ first, rows }, stamp) => ({
    first,
    rows: rows.map((row) => row.map((cell) => ({ ...cell, entropy: stamp }))),
  }),
  divergence: ({ first, rows }, stamp) => ({ first, rows: rows.map((row) => row.map(() => stamp)) }),
  leaders: (leaders, stamp) => ({ ...leaders, rows: [{ layer: stamp, after: 'layer' }] }),
  dimensions: (dimensions, stamp) => ({ ...dimensions, median: stamp }),
  journey: (journey, stamp) => ({ ...journey, logit: stamp }),
  headGrid: (grid, stamp) => ({ ...grid, biases: [{ size: stamp, push: 0 }] }),
  headView: (view, stamp) => ({ ...view, size: stamp }),
  pattern: (pattern, stamp) => ({ ...pattern, cells: pattern.cells.fill(stamp) }),
  ablation: (ablation, stamp) => ({ ...ablation, divergence: stamp }),
  vector: (vector, stamp) => ({ ...vector, size: stamp }),
  steer: (steered, stamp) => ({ ...steered, divergence: stamp }),
  twoTexts: (texts, stamp) => ({ ...texts, hiddenAngle: texts.hiddenAngle.map(() => stamp) }),
  twoPositions: (positions, stamp) => ({ ...positions, divergence: stamp }),
  patch: (patch, stamp) => ({ ...patch, rows: patch.rows.map((row) => row.map(() => stamp)) }),
  patchCell: (cell, stamp) => ({ ...cell, divergence: stamp }),
  // Of a text of some length the second position is an example, which is chosen unless a person chose another.
  contrasts: ({ partings }, stamp) =>
    partings.length > 9
      ? { partings, kind: 'part', examples: [{ position: 1, hiddenSize: stamp } as Contrast] }
      : { partings, kind: 'agree', reason: { kind: 'tied', position: stamp } },
  textInBoth: (text, stamp) => ({ ...text, perplexity: [stamp, stamp] }),
  positionInBoth: (position, stamp) => ({ ...position, hiddenAngle: stamp }),
  rowsInBoth: (rows, stamp) => ({ ...rows, rows: stamp }),
  neighboursInBoth: (neighbours, stamp) => ({ ...neighbours, shared: byMetric(() => stamp) }),
  measureWindow: (measures, stamp) => ({ ...measures, entropy: measures.entropy.map(() => stamp) }),
  lab: (answer, stamp) =>
    answer.name === 'length' ? { name: 'length', result: { ...answer.result, hiddenSize: stamp } } : answer,
};

export function stamped<C extends CallName>(name: C, answer: AnswerOf<C>, stamp: number): AnswerOf<C> {
  const put = stamping[name] as ((answer: AnswerOf<C>, stamp: number) => AnswerOf<C>) | undefined;
  return put ? put(answer, stamp) : answer;
}
