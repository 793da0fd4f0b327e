import type { Control } from '../../shared/engine';
import type { Experiment, Experiments, LabRequest, LabResult } from '../../shared/lab';
import type { PositionStore } from '../analysis/positions';
import type { Model } from '../model/model';
import { between } from './between';
import type { TextTrial } from './experiment';
import { extremes } from './extremes';
import { length } from './length';
import { roundTrip } from './roundTrip';
import { oneLength, rulers } from './rulers';
import { softmaxShift } from './softmaxShift';
import { targetSize } from './targetSize';
import { tied } from './tied';

const experiments: {
  readonly [E in Experiment]: (trial: TextTrial<E>) => Promise<Experiments[E]['result']>;
} = {
  rulers,
  'one-length': oneLength,
  'round-trip': roundTrip,
  'target-size': targetSize,
  'softmax-shift': softmaxShift,
  length,
  between,
  tied,
  extremes,
};

/** Runs one experiment on the loaded model. */
export const runExperiment = (
  model: Model,
  positions: PositionStore,
  request: LabRequest,
  { signal, onProgress }: Control,
): Promise<LabResult> =>
  run({ model, positions, signal }, request, (fraction, estimate) =>
    onProgress?.({ stage: 'lab', fraction, ...(estimate && { estimate }) }),
  );

async function run<E extends Experiment>(
  setting: Pick<TextTrial<E>, 'model' | 'positions' | 'signal'>,
  { name, options }: LabRequest<E>,
  report: (fraction: number, estimate?: LabResult<E>) => void,
): Promise<LabResult<E>> {
  const found = (result: Experiments[E]['result']): LabResult<E> => ({ name, result });
  return found(
    await experiments[name]({
      ...setting,
      options,
      report: (fraction, estimate) => report(fraction, estimate && found(estimate)),
    }),
  );
}
