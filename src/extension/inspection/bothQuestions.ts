import type { TextInBoth } from '../../shared/both';
import { here } from '../../shared/consent';
import type { Now } from './now';
import { known, memo, numberOf, ofModel, ofRun, ofText } from './question';
import { heldOf, mayAsk } from './second';

/** Rows that are listed as the most turned, and as the most resized. */
const listed = 10;

const idsOf = memo((text: Now['text']) => [...new Set(text?.tokens.map(({ id }) => id))]);

const text = memo((now: Now) => {
  const { request, run, model, options, sight, second } = now;
  const held = heldOf(second);
  if (!held || held.other.runs === 'none' || !request || !run || !model?.trunk) return null;
  const { top: count, colouring } = options;
  const isInSight = sight.both || colouring === 'difference';
  const runs = held.other.runs === 'together' || (second.is === 'held' && second.inTurn === request);
  const { other } = held;
  const leave = here(model);
  const isWanted = isInSight && runs && mayAsk(second);
  const take = (text: TextInBoth) => ({ other, request, text });
  return leave && ofText('textInBoth', other, leave, { ...request, count }, isWanted, { of: request, take });
});

/** What is asked about the second model and the first. */
export const bothQuestions = {
  bothRows(now: Now) {
    const { second, sight, looking } = now;
    const [held, matrix] = [heldOf(second), looking.matrices.rows];
    if (!held?.other.sameVocabulary) return null;
    const ids = idsOf(now.text);
    return ofModel('rowsInBoth', held.other, { matrix, count: listed, ids }, sight.bothRows && mayAsk(second), {
      // Most of it does not depend on the text.
      stays: `${matrix} ${numberOf(held.other)}`,
    });
  },
  bothNeighbours({ second, sight, looking, drawn: { token }, options: { neighbours: count } }: Now) {
    const held = heldOf(second);
    if (!held?.other.sameVocabulary || !token) return null;
    const request = { id: token.token.id, matrix: looking.matrices.neighbours, count };
    return ofModel('neighboursInBoth', held.other, request, sight.bothNeighbours && mayAsk(second));
  },
  bothText: text,
  bothPosition(now: Now) {
    const { request, at, options, sight, second } = now;
    const inBoth = known(now.answers.bothText, text(now))?.text;
    if (!request || at === null || inBoth?.kind !== 'same' || at >= inBoth.length) return null;
    const isWanted = sight.both && mayAsk(second);
    return ofRun('positionInBoth', request, { position: at, count: options.top }, isWanted, { and: inBoth });
  },
};
