import * as v from 'valibot';
import {
  mostSeed,
  samplerNames,
  samplerOff,
  samplerSteps,
  type Continuation,
  type ContinuationQuestion,
  type Sampler,
  type SamplerStep,
  type Sampling,
} from '../shared/continuation';
import { continuationTable, stagesTable } from '../shared/continuationTables';
import { hexPairs } from '../shared/format';
import type { ModelInfo } from '../shared/model';
import { englishPlural } from '../shared/plural';
import { english } from '../shared/translator';
import { given, limit, samplerArguments, stepCount, stop } from './arguments';
import { chatOutput, leftOutOutput, modelJson, modelOutput, namedOutput, titleOf } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { printedTable } from './tables';
import { four, groupedCount, harmless, paragraphs, visible } from './text';
import { defineTool } from './tool';

/** A sampler with these steps and no others, in llama.cpp's order if none is given. */
export function samplerOf({ order = samplerSteps, ...values }: SamplerValues): Sampler {
  const named = samplerSteps.map((step) => [step, values[step] ?? samplerOff[step]] as const);
  return { ...samplerOff, ...Object.fromEntries(named), order };
}
type SamplerValues = Readonly<Partial<Record<SamplerStep, number | undefined>>> & {
  readonly order?: Sampler['order'] | undefined;
};

export const anySeed = (): number => Math.floor(Math.random() * (mostSeed + 1));

/** What was asked for, and what came. */
export interface Continued {
  readonly question: Pick<ContinuationQuestion, 'sampler' | 'stop'>;
  readonly continuation: Continuation;
}

/** The part of JSON that tells of a continuation. */
export const continuationJson = ({ seed, steps, bits, ended }: Continuation) => ({
  seed,
  steps: steps.map(({ token, probability, sampled, logit, alternatives }) => ({
    ...{ id: token.id, text: token.text, probability, sampled, logit },
    alternatives: alternatives.map((one) => ({
      ...{ id: one.token.id, text: one.token.text, probability: one.probability, logit: one.logit },
    })),
  })),
  bits,
  ended,
});

/** What a sampler leaves of the prediction after a text. */
export const samplingJson = ({ stages, count, tokens }: Sampling) => ({
  sampler: stages.map(({ step, survivors, mass }) => ({ step: samplerNames[step], survivors, mass })),
  sampled: {
    count,
    tokens: tokens.map(({ token: { id, text }, probability }) => ({ id, text, probability })),
  },
});

const tokenCount = (count: number): string =>
  `${groupedCount(count)} ${englishPlural(count, { one: 'token', other: 'tokens' })}`;

/** How a text goes on, in a sentence. */
function continuedSaid({ question: { sampler }, continuation }: Continued, { server }: ModelInfo): string {
  const { seed, steps, bits, ended } = continuation;
  const isCold = sampler?.temperature === 0 && sampler.order.includes('temperature');
  const ends: Readonly<Record<Continuation['ended'], string>> = {
    count: '',
    endToken: ' The model ended the text.',
    stop: ' The text to stop at ended it.',
    context: ' The context is full.',
    cancelled: ' It was stopped.',
  };
  const cold = isCold ? ' Temperature 0 takes the likeliest token, as without a sampler.' : '';
  const there =
    server && server.gives !== 'hidden'
      ? ' The server lists only its likeliest tokens: the sampler is ours, and draws from that list, not the server’s own.'
      : '';
  return `${sampler ? `Seed ${seed}` : 'Greedy'}: ${tokenCount(steps.length)}, ${four(bits)} bits, ${four(bits / Math.max(1, steps.length))} a token.${ends[ended]}${cold}${there}`;
}

/** The text of a continuation, without what a terminal would obey. */
function textOf({ steps }: Continuation): string {
  const bytes = steps.flatMap(({ token }) => token.bytes).map((byte) => `%${hexPairs([byte])}`);
  let text = steps.map(({ token }) => token.text).join('');
  try {
    text = decodeURIComponent(bytes.join(''));
  } catch {
    // It ends within a character.
  }
  return text.split('\n').map(harmless).join('\n');
}

/** A continuation and what its sampler does after the text, for a terminal. */
export function continuationTables(
  continued: Continued,
  sampling: Sampling,
  likeliest: string,
  model: ModelInfo,
): string {
  const { question, continuation } = continued;
  const { stages } = sampling;
  return paragraphs(
    `${continuedSaid(continued, model)}\n${textOf(continuation)}`,
    printedTable(continuationTable(continuation.steps, english)),
    question.sampler &&
      `The sampler after the text, which leaves ${tokenCount(sampling.count)}\n${printedTable(stagesTable(stages, visible(likeliest), english))}`,
  );
}

const token = { ...namedOutput, probability: v.number(), logit: v.number() };

export const continueTool = defineTool({
  name: 'continue',
  title: 'Continue a text',
  description:
    'Lets the loaded language model go on with a text, a token at a time. Without a sampler argument it takes the likeliest token at each step; with temperature, topK, topP, minP, typical, repeatPenalty or seed it draws, and the steps of the sampler that are not named are off. Each step has the token, the model’s own probability of it, the probability with which the sampler drew it (sampled), its logit, and the five likeliest alternatives. bits is the sum of −log2 of the model’s own probabilities. ended says why it ended: count, endToken, stop or context. Use it to see what this model writes and where it could have gone another way.',
  summary: 'How the model goes on with a text, with the alternatives at each step.',
  icon: '$(arrow-right)',
  schema: v.pipe(
    given({
      ...spoken,
      ...{ count: stepCount, ...samplerArguments, stop },
      limit,
    }),
    oneText(),
  ),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput, leftOut: leftOutOutput },
    continuation: v.object({
      seed: v.nullable(v.number()),
      steps: v.array(v.object({ ...token, sampled: v.number(), alternatives: v.array(v.object(token)) })),
      bits: v.number(),
      ended: v.string(),
    }),
  }),
  says: ({ count, ...asked }, model) => `Continue ${sizeOf(asked)} by ${count} tokens with ${model}`,
  texts: ({ stop: ending, ...asked }) => [...spokenTexts(asked), ...(ending === undefined ? [] : [ending])],
  async answer(
    { count, stop: ending, seed, temperature, topK, topP, minP, typical, repeatPenalty, ...written },
    asked,
  ) {
    const { engine, model, control } = asked;
    const read = await readSpoken(written, asked);
    const values = { temperature, topK, topP, minP, typical, repeatPenalty };
    const draws = seed !== undefined || Object.values(values).some((value) => value !== undefined);
    const sampler = draws ? samplerOf(values) : null;
    const question = {
      sampler,
      seed: seed ?? anySeed(),
      count,
      after: [],
      ...(ending !== undefined && { stop: ending }),
    };
    const continuation = await engine.continuation({ ...read.request, ...question }, control);
    const { steps: all, ...json } = continuationJson(continuation);
    return {
      said: paragraphs(
        `${titleOf(model)}. ${continuedSaid({ question, continuation }, model)}\n${textOf(continuation)}`,
        read.said,
      ),
      less: 'call again with a smaller count',
      json: (most) => ({
        model: modelJson(model),
        ...read.json(most),
        continuation: { ...json, steps: all.slice(0, most) },
      }),
    };
  },
});
