import type { Control } from '../../shared/engine';
import type { Experiment, Experiments, LabRequest, LabResult } from '../../shared/lab';
import { between } from './between';
import type { TextTrial } from './experiment';
import { extremes } from './extremes';
import { length } from './length';
import { roundTrip } from './roundTrip';
import { oneLength, rulers } from './rulers';
import { softmaxShift } from './softmaxShift';
import { targetSize } from './targetSize';
import { tied } from './tied';
import { untrained } from './untrained';

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
  untrained,
};

export async function runExperiment<E extends Experiment>(
  { model, positions }: Pick<TextTrial<E>, 'model' | 'positions'>,
  { name, options }: LabRequest<E>,
  { signal, onProgress }: Control,
): Promise<LabResult<E>> {
  const found = (result: Experiments[E]['result']): LabResult<E> => ({ name, result });
  const report: TextTrial<E>['report'] = (fraction, estimate) =>
    onProgress?.({ stage: 'lab', fraction, ...(estimate && { estimate: found(estimate) as LabResult }) });
  return found(await experiments[name]({ model, positions, options, signal, report }));
}
