import type { Dimensions, Journey, Leaders } from '../../../shared/layers';
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

/** The tokens that lead in a row of the lens at the chosen position. */
export const leadingTokens = (context: InstrumentContext, sight: Sight) =>
  new Instrument<Leaders>(context, sight, {
    isWanted: ({ leaders }) => Boolean(leaders),
    shown: ({ leaders }) => leaders,
    show: (leaders) => context.change({ leaders }),
    asked({ position }) {
      const between = sight.now.leaders?.between ?? false;
      return {
        key: [position, between],
        fits: (leaders) => leaders.position === position,
        ask: (of, signal) => context.engine.leaders({ ...of, position, between }, { signal }),
      };
    },
  });

/** Dimensions that are listed. */
const listed = 5;

/** The dimensions that carry most of the residual that is chosen in the size map, at whichever position. */
export const residualDimensions = (context: InstrumentContext, sight: Sight) =>
  new Instrument<Dimensions>(context, sight, {
    isWanted: () => true,
    shown: ({ dimensions }) => dimensions,
    show: (dimensions) => context.change({ dimensions }),
    asked({ run }) {
      const chosen = sight.now.dimensions;
      if (!chosen || chosen.position >= run.length) return null;
      const { position, layer } = chosen;
      return {
        key: [position, layer],
        fits: (known) => known.position === position && known.layer === layer,
        ask: (of, signal) => context.engine.dimensions({ ...of, position, layer, count: listed }, { signal }),
      };
    },
  });
