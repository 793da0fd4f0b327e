import type { Experiment } from '../../shared/lab';
import { between } from './experiments/between';
import { extremes } from './experiments/extremes';
import { length } from './experiments/length';
import { roundTrip } from './experiments/roundTrip';
import { oneLength, rulers } from './experiments/rulers';
import { softmaxShift } from './experiments/softmaxShift';
import { targetSize } from './experiments/targetSize';
import { tied } from './experiments/tied';
import { untrained } from './experiments/untrained';
import type { ExperimentPage } from './page';

export const pages: { readonly [E in Experiment]: ExperimentPage<E> } = {
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
