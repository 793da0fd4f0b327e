import { randomLcg } from 'd3-random';
import {
  checkSampler,
  continuationOf,
  mostSeed,
  type Alternative,
  type Continuation,
  type ContinuationQuestion,
  type ContinuationStep,
  type Sampler,
  type SamplerStage,
  type Sampling,
  type SamplingQuestion,
} from '../../shared/continuation';
import { defaults, type Control, type Signal } from '../../shared/engine';
import { badRequest, EngineError, outOfRange, said } from '../../shared/errors';
import type { Vector } from '../arrays/vectors';
import { metricBetween, RowRanking } from '../directions/ranking';
import { biasOf, capped, likeliestOf, rawLogit, rawLogits } from '../model/logits';
import type { Model } from '../model/model';
import type { RemoteModel } from '../model/remoteModel';
import type { ListedToken, ModelServer } from '../servers/modelServer';
import { pause } from '../tasks/pause';
import { textOfUtf8 } from '../tokenizer/utf8';
import { runHidden } from './hiddenVectors';
import { checkId, checkPosition, isWithin } from './limits';
import type { NamesOfTokens } from './listedRun';
import { tokenProbability, type LoadedModel } from './positions';
import { tokenNamesOf } from './run';
import { penalisedTokens, SampledLogits } from './sampler';

/** Alternatives of a step, and tokens of a prediction through a sampler. */
const [listed, mostSampled] = [5, 100];

/** The likeliest tokens that a server is asked for. */
const askedOfServer = 20;

/** What could follow a text. */
interface NextToken {
  readonly hiddenSize: number | null;
  /** Entries, best first. */
  readonly likeliest: readonly number[];
  /** What the softmax sees, an entry a token: of all tokens, or of those that a server lists. */
  readonly logits: Float64Array;
  /** The probability that they have together: 0 … 1. */
  readonly mass: number;
  /** The entry of a token; −1 if it has none. */
  entryOf(id: number): number;
  alternative(entry: number): Alternative;
}

/** A model that goes on with texts. */
export interface Continuing {
  /** Tokens that a text may have. */
  readonly reads: number;
  /** Throws `EngineError('bad-request')` for an id beyond the vocabulary. */
  bytesOf(id: number): Iterable<number>;
  isEnd(id: number): boolean;
  /** What could follow a position of a text. */
  next(ids: readonly number[], position: number, control: Control): Promise<NextToken>;
}

/** A model on this machine, or one on a server whose matrices are here. */
export function continuing({ model, positions }: Pick<LoadedModel, 'model' | 'positions'>): Continuing {
  model.needPredictions();
  const { served, endTokens } = model;
  const bytesOf = (id: number) => {
    checkId(model, id);
    return model.tokenizer.bytesOf(id);
  };
  const isEnd = (id: number) => endTokens.has(id);
  const here = { reads: model.contextLength, bytesOf, isEnd };
  if (served && served.server.gives !== 'hidden') return { ...here, ...listing(served.server, tokenNamesOf(model)) };
  return {
    ...here,
    async next(ids, position, control) {
      const known = positions.known(ids.slice(0, position + 1));
      const hidden = known?.hidden ?? (await runHidden(model, ids, control)).at(position);
      return predicted(model, hidden, control.signal);
    },
  };
}

/** A model that only its server knows: tokens without bytes are its control tokens, one of which ends a text. */
export const continuingThere = (model: RemoteModel): Continuing => ({
  reads: model.server.contextLength ?? Infinity,
  bytesOf: (id) => model.token(id).bytes,
  isEnd: (id) => model.token(id).special,
  ...listing(model.server, model),
});

async function predicted(model: Model, hidden: Float32Array, signal: Signal | undefined): Promise<NextToken> {
  const { directions } = model;
  const [products] = (await directions.products([hidden], signal)) as [Vector];
  const comparison = new RowRanking(directions, directions.raw, hidden, products);
  const { likeliest, softmax } = likeliestOf(model, comparison, defaults.top);
  const logits = new Float64Array(capped(model, rawLogits(model, products)));
  for (const { id, value } of likeliest) logits[id] = model.capped(value);
  return {
    hiddenSize: comparison.size,
    likeliest: likeliest.map(({ id }) => id),
    logits,
    mass: 1,
    entryOf: (id) => id,
    alternative(id) {
      const [size, value] = [directions.sizes.of[id] as number, rawLogit(model, hidden, id)];
      const cosine = metricBetween('cosine', hidden, comparison.size, directions.matrix.row(id), size);
      return {
        token: model.vocabulary.token(id),
        probability: tokenProbability(model, value, softmax),
        logit: model.capped(value),
        parts: { size, cosine, bias: biasOf(model, id), rawLogit: value },
      };
    },
  };
}

/** By the lists of a server: its log-probabilities serve as logits, which differ from its own by one number. */
const listing = (server: ModelServer, names: NamesOfTokens): Pick<Continuing, 'next'> => ({
  async next(ids, position, control) {
    await server.check(control);
    const lists = await server.listed?.(ids, { first: position, count: askedOfServer }, control);
    const list = lists?.[0]?.likeliest ?? [];
    if (list.length === 0)
      throw new EngineError('server-failed', said`The server lists no likely tokens, so the text cannot go on.`);
    const logits = Float64Array.from(list, ({ logProbability }) => logProbability);
    return {
      hiddenSize: null,
      likeliest: [...list.keys()],
      logits,
      mass: Math.min(
        1,
        logits.reduce((sum, logit) => sum + Math.exp(logit), 0),
      ),
      entryOf: (id) => list.findIndex((one) => one.id === id),
      alternative(entry) {
        const { id, bytes, logProbability: logit } = list[entry] as ListedToken;
        return { token: names.token(id, bytes), probability: Math.exp(logit), logit };
      },
    };
  },
});

const sampledOf = ({ logits, entryOf }: NextToken, sampler: Sampler, ids: readonly number[]): SampledLogits =>
  new SampledLogits(
    logits,
    sampler,
    ids
      .slice(-penalisedTokens)
      .map(entryOf)
      .filter((entry) => entry >= 0),
  );

/** The stages of a prediction, with one entry in question. */
const stagesOf = ({ mass, alternative }: NextToken, sampled: SampledLogits, entry: number): SamplerStage[] =>
  sampled.stages(entry).map((stage) => ({
    ...stage,
    mass: stage.mass * mass,
    first: alternative(stage.first).token.id,
  }));

/** Goes on with a text, a token at a time. */
export async function continuation(
  model: Continuing,
  text: readonly number[],
  { after, count, sampler, seed, stop }: ContinuationQuestion,
  { signal, onProgress }: Control,
): Promise<Continuation> {
  checkLength(model.reads, text.length, count, after.length > 0 ? 0 : 1);
  if (sampler) checkSampler(sampler);
  if (!isWithin(seed, mostSeed + 1)) throw outOfRange('seed', seed, `0 to ${mostSeed}`);
  if (stop === '') throw badRequest`The text that ends the continuation is empty. Give at least one character.`;
  const ids = [...text, ...after];
  const bytesOf = (tokens: readonly number[]) => tokens.flatMap((id) => [...model.bytesOf(id)]);
  const path = bytesOf(after);
  // A branch may end with its first token, which the user chose.
  const before = textOfUtf8(Uint8Array.from(bytesOf(after.slice(0, -1)))).length;
  const stops = () =>
    stop !== undefined && textOfUtf8(Uint8Array.from(path)).includes(stop, Math.max(0, before - stop.length + 1));
  const random = randomNumbers(seed, after.length);
  const steps: ContinuationStep[] = [];
  const control = signal ? { signal } : {};
  const endOf = (id: number): 'endToken' | 'stop' | undefined =>
    model.isEnd(id) ? 'endToken' : stops() ? 'stop' : undefined;
  let ended: Continuation['ended'] | undefined = after.length > 0 ? endOf(after.at(-1) as number) : undefined;
  while (!ended) {
    if (steps.length === count) ended = 'count';
    else if (ids.length >= model.reads) ended = 'context';
    else {
      const next = await model.next(ids, ids.length - 1, control);
      const step = stepOf(next, sampler, ids, random());
      await pause(signal);
      steps.push(step);
      ids.push(step.token.id);
      path.push(...step.token.bytes);
      onProgress?.({ stage: 'run', fraction: steps.length / count, continued: step });
      ended = endOf(step.token.id);
    }
  }
  return continuationOf({ sampler, seed }, steps, ended);
}

function stepOf(next: NextToken, sampler: Sampler | null, ids: readonly number[], at: number): ContinuationStep {
  const { hiddenSize, likeliest, alternative } = next;
  const alternatives = likeliest.slice(0, listed).map(alternative);
  if (!sampler) return { ...(alternatives[0] as Alternative), sampled: 1, hiddenSize, alternatives };
  const sampled = sampledOf(next, sampler, ids);
  const entry = sampled.draw(at);
  return {
    ...alternative(entry),
    sampled: sampled.probability(entry),
    hiddenSize,
    alternatives,
    stages: stagesOf(next, sampled, entry),
  };
}

/** The prediction after a position, through the steps of a sampler. */
export async function sampling(
  model: Continuing,
  ids: readonly number[],
  { position, after = [], sampler, chosen }: SamplingQuestion,
  control: Control,
): Promise<Sampling> {
  checkPosition(position, ids.length);
  checkSampler(sampler);
  if (chosen !== undefined) model.bytesOf(chosen);
  const path = after.length === 0 ? ids : [...ids.slice(0, position + 1), ...after];
  const at = position + after.length;
  for (const id of after) model.bytesOf(id);
  const next = await model.next(path, at, control);
  const sampled = sampledOf(next, sampler, path.slice(0, at + 1));
  return {
    stages: stagesOf(next, sampled, chosen === undefined ? (next.likeliest[0] as number) : next.entryOf(chosen)),
    count: sampled.count,
    tokens: Array.from(sampled.likeliest(mostSampled), (entry) => {
      const { token, probability: own } = next.alternative(entry);
      return { token, probability: sampled.probability(entry), own };
    }),
  };
}

/** Throws `EngineError('bad-request')` unless the context has room for so many tokens after a text. */
function checkLength(reads: number, length: number, count: number, least: number): void {
  const room = reads - length;
  if (room < 1) throw badRequest`The text fills the ${reads} tokens that the model reads, so nothing can follow it.`;
  if (!Number.isInteger(count) || count < least || count > room)
    throw outOfRange('count', count, room === Infinity ? `at least ${least}` : `${least} to ${room}`);
}

/** Uniform numbers, 0 ≤ x < 1, from the one for a step on. */
function randomNumbers(seed: number, step: number): () => number {
  const random = randomLcg(seed);
  // The first numbers of neighbouring seeds are alike.
  for (let drawn = 0; drawn < warmUp + step; drawn++) random();
  return random;
}
const warmUp = 8;
