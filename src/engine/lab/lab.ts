import type { Control } from '../../shared/engine';
import type { LabRequest, LabResult } from '../../shared/lab';
import type { Model } from '../model/model';
import type { PositionStore } from '../analysis/positions';
import { between } from './between';
import type { LabControl } from './experiment';
import { extremes } from './extremes';
import { length } from './length';
import { roundTrip } from './roundTrip';
import { oneLength, rulers } from './rulers';
import { softmaxShift } from './softmaxShift';
import { targetSize } from './targetSize';
import { tied } from './tied';

/** Runs one experiment on the loaded model. */
export async function runExperiment(
  model: Model,
  store: PositionStore,
  request: LabRequest,
  { signal, onProgress }: Control,
): Promise<LabResult> {
  const control: LabControl = { signal, tell: (fraction) => onProgress?.({ stage: 'lab', fraction }) };
  const { name, options } = request;
  switch (name) {
    case 'rulers':
      return { name, result: await rulers(model, options, control) };
    case 'one-length':
      return { name, result: await oneLength(model, options, control) };
    case 'round-trip':
      return {
        name,
        result: await roundTrip(model, options, {
          ...control,
          estimate: (fraction, result) => onProgress?.({ stage: 'lab', fraction, estimate: { name, result } }),
        }),
      };
    case 'target-size':
      return {
        name,
        result: await targetSize(model, options, {
          ...control,
          estimate: (fraction, result) => onProgress?.({ stage: 'lab', fraction, estimate: { name, result } }),
        }),
      };
    case 'softmax-shift':
      return { name, result: await softmaxShift(model, store, options, control) };
    case 'length':
      return { name, result: await length(model, store, options, control) };
    case 'between':
      return { name, result: await between(model, store, options, control) };
    case 'tied':
      return { name, result: await tied(model, control) };
    case 'extremes':
      return { name, result: await extremes(model, control) };
  }
}
