import type { Leaders } from '../../../shared/layers';
import { Instrument, type InstrumentContext, type Sight } from './instrument';

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
