import type { Contrasts } from '../../../shared/contrasts';
import type { Dimensions, Journey, Leaders } from '../../../shared/layers';
import type { TextRequest } from '../../../shared/tokens';
import { atPosition, Instrument, pushedOf, type InstrumentContext, type Sight } from './instrument';

/** The instruments that are one question each, whose answer is one part of the state. */
export const questions = (context: InstrumentContext, sight: Sight, answers: WeakMap<TextRequest, Contrasts>) => [
  contrasts(context, sight, answers),
  ...[journey, leadingTokens, residualDimensions].map((question) => question(context, sight)),
];

/**
 * Where distance, angle and dot product disagree in the inspected text. The answer is kept as long as the request of
 * its run: an earlier inspection comes back without a question.
 */
function contrasts(context: InstrumentContext, sight: Sight, answers: WeakMap<TextRequest, Contrasts>) {
  return new Instrument<Contrasts>(context, sight, {
    isWanted: () => true,
    shown: ({ contrasts }) => contrasts,
    show: (contrasts) => context.change({ contrasts }),
    asked({ run }, request) {
      if (run.listed) return null;
      const known = answers.get(request);
      return {
        key: [],
        known,
        fits: (contrasts) => contrasts === known,
        async ask(of, signal) {
          const contrasts = await context.engine.contrasts(of, { signal });
          // Before they are shown, so that the example and all that is shown of a position never disagree.
          await context.chooseExample(contrasts);
          answers.set(request, contrasts);
          return contrasts;
        },
      };
    },
  });
}

/**
 * The chosen position layer by layer. The logit that is taken apart is that of a token chosen elsewhere, else of the
 * likeliest. The heads are drawn against it.
 */
const journey = (context: InstrumentContext, sight: Sight) =>
  new Instrument<Journey>(context, sight, {
    isWanted: ({ journey, attention }) => journey || attention,
    shown: ({ journey }) => journey,
    show: (journey) => context.change({ journey }),
    asked: atPosition((state) => {
      const { position } = state;
      const pushed = pushedOf(state);
      return {
        key: [pushed.output, pushed.against],
        ask: (of, signal) => context.engine.journey({ ...of, position, ...pushed }, { signal }),
      };
    }),
  });

/** The tokens that lead in a row of the lens at the chosen position. */
const leadingTokens = (context: InstrumentContext, sight: Sight) =>
  new Instrument<Leaders>(context, sight, {
    isWanted: ({ leaders }) => leaders,
    shown: ({ leaders }) => leaders,
    show: (leaders) => context.change({ leaders }),
    asked: atPosition(({ position }) => {
      const between = sight.now.leaders?.between ?? false;
      return {
        key: [between],
        ask: (of, signal) => context.engine.leaders({ ...of, position, between }, { signal }),
      };
    }),
  });

/** Dimensions that are listed. */
const listed = 5;

/** The dimensions that carry most of the residual that is chosen in the size map, at whichever position. */
const residualDimensions = (context: InstrumentContext, sight: Sight) =>
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
