import { greedySampler, namedSampler, samplerSteps } from '../shared/continuation';
import type { Engine, ModelInfo } from '../shared/engine';
import { isRefused } from '../shared/errors';
import type { TextRequest } from '../shared/tokens';
import { anySeed, continuationJson, continuationTables, samplerOf, samplingJson } from '../tools/continue';
import type { InspectOptions } from './inspectOptions';
import { UsageError } from './options';

/** How the model goes on after a position, the last one of a text, and what the sampler does there. */
export async function continuedOf(
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
  const continuation = await engine.continuation({ ...text, ...question }).catch((error: unknown) => {
    throw isRefused(error) && error instanceof Error ? new UsageError(error.message) : error;
  });
  const sampling = await engine.sampling({ ...text, position, sampler: sampler ?? greedySampler });
  const [first] = continuation.steps;
  return {
    json: { continuation: continuationJson(continuation), ...samplingJson(sampling) },
    table: continuationTables({ question, continuation }, sampling, first?.alternatives[0]?.token.text ?? '', model),
    made: { continuation: { ...asked, sampler: sampler && namedSampler(sampler), seed: continuation.seed } },
  };
}
