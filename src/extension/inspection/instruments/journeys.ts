import type { Journey } from '../../../shared/layers';
import { Instrument, type InstrumentContext, type Sight } from './instrument';
import { pushedOf } from './pushed';

/**
 * The chosen position layer by layer. The logit that is taken apart is that of a token chosen elsewhere, else of the
 * likeliest. The heads are drawn against it.
 */
export const journeys = (context: InstrumentContext, sight: Sight) =>
  new Instrument<Journey>(context, sight, {
    isWanted: ({ journey, attention }) => journey || attention,
    shown: ({ journey }) => journey,
    show: (journey) => context.change({ journey }),
    asked(state) {
      const { position } = state;
      const pushed = pushedOf(state);
      return {
        key: [position, pushed.output, pushed.against],
        fits: (journey) => journey.position === position,
        ask: (of, signal) => context.engine.journey({ ...of, position, ...pushed }, { signal }),
      };
    },
  });
