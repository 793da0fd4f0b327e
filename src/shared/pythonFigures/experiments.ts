import type { LabAsk, LengthResult, RoundTripResult, UntrainedResult } from '../lab';
import type { ModelInfo } from '../model';
import { runsInPython, type Figure } from './figure';

/** The ids of a sample, in Python, as they are spaced over the vocabulary. */
const spaced = '[int((i + 0.5) * len(E) / sample) for i in range(min(sample, len(E)))]';

/** The script for the result of an experiment; null if there is none. */
export function figureOfExperiment(ask: LabAsk, result: unknown, model: ModelInfo): Figure | null {
  switch (ask.name) {
    case 'rulers':
    case 'one-length':
      return { script: 'rulers', values: { ...ask.options, oneLength: ask.name === 'one-length' }, code: { spaced } };
    case 'round-trip':
      // Without a final norm there is no third column.
      return {
        script: 'roundTrip',
        values: { sample: ask.options.sample ?? null, ways: Object.keys((result as RoundTripResult).misses) },
        code: { spaced },
      };
    case 'tied':
      return { script: 'tied', values: {} };
    case 'extremes':
      return { script: 'extremes', values: { count: Math.min(20, Math.floor(model.vocabulary / 2)), near: 20 } };
    case 'untrained': {
      const { reference, nearest } = result as UntrainedResult;
      const { ids } = reference;
      return ids ? { script: 'untrained', values: { reference: ids, count: Math.min(20, nearest.length) } } : null;
    }
    case 'target-size':
      return { script: 'targetSize', values: ask.options };
    case 'softmax-shift':
      return runsInPython(model) ? { script: 'softmaxShift', values: { ...ask.options, ...idsRead(result) } } : null;
    case 'length': {
      const { scales } = result as LengthResult;
      return runsInPython(model) ? { script: 'length', values: { scales, ...idsRead(result) } } : null;
    }
    case 'between':
      return runsInPython(model) ? { script: 'between', values: { ...ask.options, ...idsRead(result) } } : null;
  }
}

const idsRead = (result: unknown): Pick<LengthResult, 'ids'> => ({ ids: (result as LengthResult).ids });
