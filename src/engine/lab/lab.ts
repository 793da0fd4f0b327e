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
import type { UnfinishedRuns } from './unfinished';
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

/** The loaded model and the unfinished runs of earlier requests. */
interface Setting extends Pick<TextTrial<Experiment>, 'model' | 'positions'> {
  readonly unfinished: UnfinishedRuns;
}

export const runExperiment = (
  setting: Setting,
  request: LabRequest,
  { signal, onProgress }: Control,
): Promise<LabResult> =>
  run({ ...setting, signal }, request, (fraction, estimate) =>
    onProgress?.({ stage: 'lab', fraction, ...(estimate && { estimate }) }),
  );

async function run<E extends Experiment>(
  { unfinished, ...setting }: Setting & Pick<TextTrial<E>, 'signal'>,
  request: LabRequest<E>,
  report: (fraction: number, estimate?: LabResult<E>) => void,
): Promise<LabResult<E>> {
  const { name, options } = request;
  const found = (result: Experiments[E]['result']): LabResult<E> => ({ name, result });
  const result = await experiments[name]({
    ...setting,
    options,
    report: (fraction, estimate) => report(fraction, estimate && found(estimate)),
    state: (create) => unfinished.stateOf(request, create),
  });
  unfinished.finished(name);
  return found(result);
}
