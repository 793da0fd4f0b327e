import { badRequest, outOfRange } from './errors';
import type { NamedToken } from './tokens';

/** The steps of a sampler, in the order of llama.cpp. */
export const samplerSteps = ['repeatPenalty', 'topK', 'typical', 'topP', 'minP', 'temperature'] as const;
export type SamplerStep = (typeof samplerSteps)[number];

/** As options, their errors and JSON call the steps. */
export const samplerNames: Readonly<Record<SamplerStep, string>> = {
  ...{ repeatPenalty: 'repeat-penalty', topK: 'top-k', typical: 'typical', topP: 'top-p', minP: 'min-p' },
  temperature: 'temperature',
};

/** How a next token is drawn from logits. Every step changes nothing at its value in `samplerOff`. */
export interface Sampler {
  /**
   * Divides the logits above 0 of the last 64 tokens, and multiplies the others: > 0, 1 is off (Keskar et al. 2019,
   * arXiv:1909.05858).
   */
  readonly repeatPenalty: number;
  /** The k largest logits stay: a whole number ≥ 0, 0 is off. */
  readonly topK: number;
  /**
   * The tokens whose surprisal is nearest to the entropy, until their probabilities exceed it: 0 … 1, 1 is off
   * (arXiv:2202.00666).
   */
  readonly typical: number;
  /** The likeliest tokens until their probabilities reach it: 0 … 1, 1 is off (arXiv:1904.09751). */
  readonly topP: number;
  /** Tokens at least this many times as likely as the likeliest: 0 … 1, 0 is off (arXiv:2407.01082). */
  readonly minP: number;
  /** Divides the logits: h at 1/T of its size. ≥ 0; 0 is greedy: the largest logit alone stays. */
  readonly temperature: number;
  /** Each step once at most; a step that is left out does not run. Not empty. */
  readonly order: readonly SamplerStep[];
}

/** llama.cpp's. */
export const usualSampler: Sampler = {
  ...{ repeatPenalty: 1, topK: 40, typical: 1, topP: 0.95, minP: 0.05, temperature: 0.8, order: samplerSteps },
};

/** The value of each step that changes nothing. */
export const samplerOff: Readonly<Record<SamplerStep, number>> = {
  ...{ repeatPenalty: 1, topK: 0, typical: 1, topP: 1, minP: 0, temperature: 1 },
};

/** The largest logit alone. */
export const greedySampler: Sampler = { ...samplerOff, temperature: 0, order: ['temperature'] };

/** What each step does, as the help of options and arguments says it. */
export const samplerWords: Readonly<Record<SamplerStep, string>> = {
  repeatPenalty: 'divide the logits above 0 of the last 64 tokens, and multiply the others; 1 is off',
  topK: 'keep the k likeliest tokens; 0 is off',
  typical: 'keep the tokens whose surprisal is nearest to the entropy, up to this probability together; 1 is off',
  topP: 'keep the likeliest tokens that have this probability together; 1 is off',
  minP: 'keep the tokens at least this many times as likely as the likeliest; 0 is off',
  temperature: 'divide the logits; 1 changes nothing, 0 keeps the likeliest token alone',
};

const share = 'a number from 0 to 1';
const isShare = (value: number): boolean => value >= 0 && value <= 1;

/** What each step takes: a test of its value, and the range in words. */
export const samplerRanges: Readonly<Record<SamplerStep, readonly [fits: (value: number) => boolean, range: string]>> =
  {
    repeatPenalty: [(value) => value > 0 && value < Infinity, 'a finite number above 0'],
    topK: [(value) => Number.isSafeInteger(value) && value >= 0, 'a whole number of at least 0'],
    typical: [isShare, share],
    topP: [isShare, share],
    minP: [isShare, share],
    temperature: [(value) => value >= 0 && value < Infinity, 'a finite number of at least 0'],
  };

export const mostSeed = 2 ** 32 - 1;

/** Throws `EngineError('bad-request')` if a value is out of its range, or the order has no steps or one twice. */
export function checkSampler(sampler: Sampler): void {
  for (const step of samplerSteps) {
    const [fits, range] = samplerRanges[step];
    if (!fits(sampler[step])) throw outOfRange(samplerNames[step], sampler[step], range);
  }
  orderOf(sampler.order.map((step) => samplerNames[step]));
}

/** The steps with these names. Throws `EngineError('bad-request')` for none, an unknown or a repeated one. */
export function orderOf(names: readonly string[]): readonly SamplerStep[] {
  const all = Object.values(samplerNames).join(', ');
  if (names.length === 0) throw badRequest`The order has no steps. Give some of ${all}.`;
  return names.map((name, at) => {
    const step = samplerSteps.find((one) => samplerNames[one] === name);
    if (!step) throw badRequest`The order has “${name}”, which is no step. Give some of ${all}.`;
    if (names.indexOf(name) < at) throw badRequest`The order has “${name}” twice. Give each step once at most.`;
    return step;
  });
}

/** A sampler as JSON tells it, by the names of options. */
export const namedSampler = ({ order, ...values }: Sampler): object => ({
  ...Object.fromEntries(samplerSteps.map((step) => [samplerNames[step], values[step]])),
  order: order.map((step) => samplerNames[step]),
});

/** What one step of a sampler left. */
export interface SamplerStage {
  readonly step: SamplerStep;
  /** Tokens that remain after it. */
  readonly survivors: number;
  /** The model's own probability of all that remain: 0 … 1. */
  readonly mass: number;
  /** Probability, after this step, of the token in question, among what remains; null once it is cut. */
  readonly chosen: number | null;
  /** The token that leads after it. */
  readonly first: number;
}

/** The prediction after one position, through a sampler. */
export interface Sampling {
  readonly stages: readonly SamplerStage[];
  /** Tokens that can be drawn. */
  readonly count: number;
  /** The first 100, likeliest first: `probability` after the sampler, `own` the model's. */
  readonly tokens: readonly { readonly token: NamedToken; readonly probability: number; readonly own: number }[];
}

export interface SamplingQuestion {
  readonly position: number;
  /** Tokens after the position, as of a continuation. */
  readonly after?: readonly number[];
  readonly sampler: Sampler;
  /** The token that the steps speak of; the model's likeliest if absent. */
  readonly chosen?: number;
}

/** A token that could follow. */
export interface Alternative {
  readonly token: NamedToken;
  /** The model's own: 0 … 1. */
  readonly probability: number;
  /** What the softmax sees. */
  readonly logit: number;
  /** rawLogit = ‖h‖ · ‖u‖ · cos θ + bias. Absent where a server lists tokens alone. */
  readonly parts?: { readonly size: number; readonly cosine: number; readonly bias: number; readonly rawLogit: number };
}

export interface ContinuationStep extends Alternative {
  /** Probability with which the sampler drew it; 1 if greedy. */
  readonly sampled: number;
  readonly hiddenSize: number | null;
  /** The likeliest five, best first; the token itself may be among them. */
  readonly alternatives: readonly Alternative[];
  /** The sampler's, with this token as the one in question; absent if greedy. */
  readonly stages?: readonly SamplerStage[];
}

export interface ContinuationQuestion {
  /** Tokens that the text goes on with before the first step: the path of a branch. */
  readonly after: readonly number[];
  /** 1 … what the context leaves; 0 too after a branch, which asks whether its token ends the path. */
  readonly count: number;
  /** null: greedy. */
  readonly sampler: Sampler | null;
  /** A whole number 0 … 2^32 − 1. Step n of a path draws the same number, whatever ran before. */
  readonly seed: number;
  /** Ends once the continuation contains this text. */
  readonly stop?: string;
}
export interface Continuation {
  readonly seed: number | null; // null: greedy
  readonly steps: readonly ContinuationStep[];
  /** Sum of −log2 of the model's own probabilities, bits. */
  readonly bits: number;
  readonly ended: 'count' | 'endToken' | 'stop' | 'context' | 'cancelled';
}

export const continuationOf = (
  { sampler, seed }: Pick<ContinuationQuestion, 'sampler' | 'seed'>,
  steps: readonly ContinuationStep[],
  ended: Continuation['ended'],
): Continuation => ({
  seed: sampler && seed,
  steps,
  bits: steps.reduce((sum, { probability }) => sum - Math.log2(probability), 0),
  ended,
});
