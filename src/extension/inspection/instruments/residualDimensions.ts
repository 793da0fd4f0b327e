import type { Dimensions } from '../../../shared/layers';
import { Instrument, type InstrumentContext, type Sight } from './instrument';

/** Dimensions that are listed. */
const count = 5;

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
        ask: (of, signal) => context.engine.dimensions({ ...of, position, layer, count }, { signal }),
      };
    },
  });
