import {
  continuationOf,
  greedySampler,
  namedSampler,
  samplerSteps,
  type ContinuationStep,
} from '../shared/continuation';
import type { Engine, ModelInfo, Progress } from '../shared/engine';
import { isCancelled, isRefused } from '../shared/errors';
import type { TextRequest } from '../shared/tokens';
import { anySeed, continuationJson, continuationTables, samplerOf, samplingJson } from '../tools/continue';
import type { InspectOptions } from './inspectOptions';
import { UsageError } from './options';
import type { Io } from './program';

/** How the model goes on after a position, the last one of a text, and what the sampler does there. */
export async function continuedOf(
  { onInterrupt }: Io,
  engine: Engine,
  model: ModelInfo,
  text: TextRequest,
  { continue: count = 0, order, seed, stop, ...options }: InspectOptions,
  position: number,
) {
  const draws = [order, seed, ...samplerSteps.map((step) => options[step])].some((value) => value !== undefined);
  const sampler = draws ? samplerOf({ ...options, order }) : null;
  const asked = { count, sampler, ...(stop !== undefined && { stop }) };
  const question = { ...asked, seed: seed ?? anySeed(), after: [] };
  const interrupt = new AbortController();
  const resume = onInterrupt?.(() => interrupt.abort());
  const steps: ContinuationStep[] = [];
  const control = {
    signal: interrupt.signal,
    onProgress: ({ continued }: Progress) => void (continued && steps.push(continued)),
  };
  const continuation = await engine.continuation({ ...text, ...question }, control).catch((error: unknown) => {
    if (isCancelled(error)) return continuationOf(question, steps, 'cancelled');
    throw isRefused(error) && error instanceof Error ? new UsageError(error.message) : error;
  });
  resume?.();
  const sampling = await engine.sampling({ ...text, position, sampler: sampler ?? greedySampler });
  const [first] = continuation.steps;
  return {
    json: { continuation: continuationJson(continuation), ...samplingJson(sampling) },
    table: continuationTables({ question, continuation }, sampling, first?.alternatives[0]?.token.text ?? '', model),
    made: { continuation: [{ ...asked, sampler: sampler && namedSampler(sampler), seed: continuation.seed }] },
  };
}
