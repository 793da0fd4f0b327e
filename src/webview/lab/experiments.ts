import type { Experiment } from '../../shared/lab';
import { betweenPage } from './experiments/between';
import { extremesPage } from './experiments/extremes';
import { lengthPage } from './experiments/length';
import { roundTripPage } from './experiments/roundTrip';
import { oneLengthPage, rulersPage } from './experiments/rulers';
import { softmaxShiftPage } from './experiments/softmaxShift';
import { targetSizePage } from './experiments/targetSize';
import { tiedPage } from './experiments/tied';
import { untrainedPage } from './experiments/untrained';
import type { ExperimentPage } from './page';

export const pages: { readonly [E in Experiment]: ExperimentPage<E> } = {
  rulers: rulersPage,
  'one-length': oneLengthPage,
  'round-trip': roundTripPage,
  'target-size': targetSizePage,
  'softmax-shift': softmaxShiftPage,
  length: lengthPage,
  between: betweenPage,
  tied: tiedPage,
  extremes: extremesPage,
  untrained: untrainedPage,
};
