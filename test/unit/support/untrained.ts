import { readFileSync } from 'node:fs';
import { referenceOf, untrainedCosines, untrainedFrom } from '../../../src/engine/lab/untrained';
import { loadModel } from '../../../src/engine/model/load';
import type { UntrainedResult } from '../../../src/shared/lab';
import type { RepeatedToken } from '../../../src/shared/lab';
import { defaultEngine, modelPath } from './engine';
import { sampled } from './sample';

/** What numpy says of the default model: see make_untrained.py. */
export const untrainedTruth = JSON.parse(
  readFileSync(new URL('../../fixtures/untrained.json', import.meta.url), 'utf8'),
) as {
  readonly from: number;
  readonly to: number;
  readonly principal: number;
  readonly nearest: readonly number[];
  readonly cosines: Readonly<Record<string, number>>;
};

interface UntrainedOfDefault {
  readonly cosines: Float64Array;
  readonly result: UntrainedResult;
}

let measured: Promise<UntrainedOfDefault> | undefined;

/** The same from the engine, measured once for the tests of a process. */
export const untrainedOfDefault = (): Promise<UntrainedOfDefault> => (measured ??= measure());

async function measure(): Promise<UntrainedOfDefault> {
  const { model } = await loadModel({ path: modelPath, geometryOnly: true }, undefined, () => undefined);
  // The model that ships brings its own.
  const reference = referenceOf(model, {});
  const report = () => undefined;
  const found = await untrainedCosines(model, reference.ids, undefined, report);
  const result = await untrainedFrom({ model, signal: undefined, report }, reference, found);
  await model.release();
  return { cosines: found.cosines, result };
}

/** Tokens that the default model is asked to repeat: one that it knows, one that it does not, and others. */
const few = [504, 36_744];
const repeated = sampled(few, [...few, 2, 1, 6, 7, 7042, 15_706]);

let repeats: Promise<readonly RepeatedToken[]> | undefined;

/** The first two are `The` and `ManagementPlaneProtection`. */
export const repeatsOfDefault = (): Promise<readonly RepeatedToken[]> =>
  (repeats ??= defaultEngine().then((engine) => engine.verifyUntrained({ ids: repeated })));
