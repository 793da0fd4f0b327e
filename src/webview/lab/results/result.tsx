import type { LabResult } from '../../../shared/lab';
import type { ResultContext } from '../context';
import { OneLength, Rulers } from './agreement';
import { Between } from './between';
import { Extremes } from './extremes';
import { Length } from './length';
import { RoundTrip } from './roundTrip';
import { SoftmaxShift } from './softmaxShift';
import { TargetSize } from './targetSize';
import { Tied } from './tied';

/** The pictures and tables of a result. */
export function Result({ found, context }: { readonly found: LabResult; readonly context: ResultContext }) {
  switch (found.name) {
    case 'rulers':
      return <Rulers result={found.result} context={context} />;
    case 'one-length':
      return <OneLength result={found.result} context={context} />;
    case 'round-trip':
      return <RoundTrip result={found.result} context={context} />;
    case 'target-size':
      return <TargetSize result={found.result} context={context} />;
    case 'softmax-shift':
      return <SoftmaxShift result={found.result} context={context} />;
    case 'length':
      return <Length result={found.result} context={context} />;
    case 'between':
      return <Between result={found.result} context={context} />;
    case 'tied':
      return <Tied result={found.result} context={context} />;
    case 'extremes':
      return <Extremes result={found.result} context={context} />;
  }
}
