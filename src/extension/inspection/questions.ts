import type { TextInBoth } from '../../shared/both';
import { here } from '../../shared/consent';
import { usualSampler } from '../../shared/continuation';
import { headSources, neuronRows, neuronsListed, patternRows, type VectorView } from '../../shared/instruments';
import { spaceOf } from '../../shared/sides';
import { english } from '../../shared/translator';
import { parseExpression, expressionReadsText } from '../../shared/vectors/expression';
import type { Steering } from '../../shared/vectors/steering';
import type { OwnVector } from '../../shared/vectors/vector';
import { cutQuestions } from './cutQuestions';
import { lensQuestions } from './lensQuestions';
import type { Now } from './now';
import { atDrawn, known, memo, numberOf, ofModel, ofRun, theRun, type Question, ofText } from './question';
import { heldOf, mayAsk } from './second';
import { tokenOf, type AxisPlace } from './state';
import { textsQuestions } from './textsQuestions';
import { hasHidden } from './views';

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
const bothQuestions = {
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

/** Likeliest tokens of each of two predictions. */
const listed = 10;
const foundAtOnce = 50;
/** Dimensions of a residual that are listed. */
const dimensionsListed = 5;
/** Tokens of the curve of a steering: those that are first at one of the strengths, of which there are as many. */
const curveTokens = 7;

/** The strengths of the curve: around the steering's own and the plain run. The engine takes no larger. */
function strengthsOf({ strength }: Steering): readonly number[] {
  const all = [-1, -0.5, 0, 0.5, 1, 1.5, 2].map((by) => Math.max(-1000, Math.min(1000, by * (strength || 1))));
  return [...new Set(all)].toSorted((a, b) => a - b);
}

const parsed = memo((expression: string) => parseExpression(expression, english));
/** Whether an expression reads the inspected text; false too if it is none. */
export const readsItsText = (expression: string): boolean => {
  const read = parsed(expression);
  return 'expression' in read && expressionReadsText(read.expression);
};

/** The axis of the vectorscope; null while its token or its run is not known. */
export function axisOf({ looking: { axis }, choice, text, model, at, run }: Now): AxisPlace | null {
  if (axis.kind === 'token') {
    const id = tokenOf(choice, text, model);
    return id === null ? null : { kind: 'token', id, ...(axis.side && { side: axis.side }) };
  }
  if (axis.kind === 'vector') return readsItsText(axis.expression) && at === null ? null : axis;
  return at !== null && run && axis.position < run.length ? axis : null;
}

const scope = (now: Now) => {
  const [place, { model, request, at, options, sight }] = [axisOf(now), now];
  if (!place || !model) return null;
  const axis =
    place.kind === 'token'
      ? place
      : place.kind === 'residual'
        ? { ...place, text: theRun }
        : { ...place, ...(readsItsText(place.expression) && at !== null && { place: { text: theRun, position: at } }) };
  const { centred, neighbours: count } = options;
  const about = JSON.stringify(axis).includes(theRun.run) ? request : model;
  return ofModel('scope', about, { axis, centred, count }, sight.scope, {
    stays: 'scope',
    take: (answer) => ({ place, at, ...answer }),
  });
};

export type VectorAnswer = Pick<VectorView, 'result' | 'fault'>;

const vector = ({ looking: { vector: expression }, model, request, at, of, drawn, options, sight }: Now) => {
  if (expression === null || !model?.sizes || 'fault' in parsed(expression)) return null;
  const reads = readsItsText(expression);
  const { centred, neighbours: count } = options;
  const also = drawn.token && { also: [drawn.token.token.id] };
  // Without the run the engine says what is missing.
  const place = reads && at !== null && of !== null && { place: { text: theRun, position: at } };
  const about = reads ? request : model;
  return ofModel('vector', place ? about : model, { expression, centred, count, ...also, ...place }, sight.vector, {
    stays: JSON.stringify([expression, about && numberOf(about), reads && at]),
    take: (result: OwnVector): VectorAnswer => ({ result, fault: null }),
  });
};

/** All that is asked beside an inspection, in the order in which the engine is asked. */
export const questions = {
  token({ choice, text, model }: Now) {
    const id = tokenOf(choice, text, model);
    return id === null ? null : ofModel('token', model, id, true);
  },
  neighbours({ choice, text, model, options }: Now) {
    const [id, space] = [tokenOf(choice, text, model), spaceOf({ model, options })];
    const { centred, neighbours: count } = options;
    return id === null ? null : ofModel('neighbours', model, { id, centred, count, ...(space && { space }) }, true);
  },
  prediction: ({ choice: { position }, run, request, options: { top: count } }: Now) =>
    request && hasHidden(run, position) ? ofRun('prediction', request, { position, count }, true) : null,
  /** The names of all tokens, once something in sight may need any of them, or an experiment has found some. */
  vocabulary({ model, sight, lab }: Now) {
    const isWanted = sight.scope || sight.lens || Object.values(lab).some(({ done }) => done !== null);
    return model && ofModel('vocabulary', model, { first: 0, count: model.vocabulary }, isWanted);
  },
  find: ({ looking: { query }, model }: Now) =>
    model && query
      ? ofModel('find', model, { query, count: foundAtOnce }, true, {
          stays: 'found',
          take: (found) => ({ query, ...found }),
        })
      : null,
  /** Where distance, angle and dot product disagree in the text. */
  contrasts: ({ request, run }: Now) => (request && !run?.listed ? ofRun('contrasts', request, {}, run) : null),
  /** The drawn position layer by layer. The heads are drawn against it. */
  journey: (now: Now) =>
    atDrawn(now, 'journey', now.pushed, now.sight.journey || now.sight.attention || now.sight.experts),
  leaders: (now: Now) => atDrawn(now, 'leaders', { between: now.sight.leaders?.between ?? false }, now.sight.leaders),
  /** The dimensions that carry most of the residual that is chosen in the size map, at whichever position. */
  dimensions: ({ request, run, sight: { dimensions: chosen } }: Now) =>
    request && run && chosen && chosen.position < run.length
      ? ofRun('dimensions', request, { ...chosen, count: dimensionsListed }, true)
      : null,
  ...bothQuestions,
  scope,
  /** Names the token that is the axis. */
  axis(now: Now) {
    const place = axisOf(now);
    return place?.kind === 'token' ? ofModel('token', now.model, place.id, now.sight.scope, { stays: 'scope' }) : null;
  },
  headGrid: (now: Now) => atDrawn(now, 'headGrid', now.pushed, now.sight.attention),
  headView(now: Now) {
    const { pushed, sight, options, looking } = now;
    const { head } = looking;
    // The text may be coloured by the open head while the section is out of sight.
    const isWanted = sight.attention || options.colouring === 'attention';
    return head && atDrawn(now, 'headView', { ...pushed, ...head, count: headSources }, isWanted, head);
  },
  headScores(now: Now) {
    const { head, key } = now.looking;
    // A key of the position before may lie behind the one that is chosen now.
    const curve = key !== null && key <= (now.at ?? -1) ? key : 'most';
    return head && atDrawn(now, 'headScores', { ...head, curve }, now.sight.attention, head);
  },
  neurons: (now: Now) => atDrawn(now, 'neurons', { ...now.pushed, count: neuronsListed }, now.sight.neurons),
  experts: (now: Now) =>
    now.model?.trunk?.experts ? atDrawn(now, 'experts', { ...now.pushed, isAlone: true }, now.sight.experts) : null,
  neuronView(now: Now) {
    const { pushed, sight, options, looking } = now;
    const { neuron } = looking;
    const isWanted = sight.neurons || options.colouring === 'neuron';
    return neuron && atDrawn(now, 'neuronView', { ...pushed, ...neuron, count: neuronRows }, isWanted, neuron);
  },
  sampling: (now: Now) =>
    atDrawn(now, 'sampling', { sampler: now.sight.sampling?.sampler ?? usualSampler }, now.sight.sampling),
  stepSampling: ({ request, run, sight: { step } }: Now) =>
    request && run && step
      ? ofRun('sampling', request, { position: run.length - 1, ...step }, true, {
          stays: JSON.stringify([numberOf(request), step.after, step.chosen]),
        })
      : null,
  pattern: ({ request, sight, looking: { head } }: Now) =>
    request && head && ofRun('pattern', request, { ...head, most: patternRows }, sight.attention && sight.pattern),
  ablation(now: Now) {
    const { ablation } = now.looking;
    const ablated = ablation && { parts: [ablation.part], by: ablation.by };
    return ablated && atDrawn(now, 'ablation', { ...now.pushed, ablated, count: listed }, true, ablated);
  },
  vector,
  steer(now: Now) {
    const { steering, fault } = now.looking.steering ?? {};
    if (!steering || fault) return null;
    return atDrawn(now, 'steer', { ...now.pushed, steering, count: listed }, now.sight.steer, steering);
  },
  steerCurve(now: Now) {
    const { steering } = now.looking.steering ?? {};
    if (!steering || !known(now.answers.steer, questions.steer(now))) return null;
    const strengths = strengthsOf(steering);
    return atDrawn(now, 'steerCurve', { steering, strengths, count: curveTokens }, now.sight.steer, steering);
  },
  ...cutQuestions,
  ...textsQuestions,
  ...lensQuestions,
};

export type EntryName = keyof typeof questions;
/** The answer to the question of an entry. */
export type ValueOf<N extends EntryName> =
  Extract<NonNullable<ReturnType<(typeof questions)[N]>>, readonly unknown[] | object> extends Question<infer A>
    ? A
    : ReturnType<(typeof questions)[N]> extends readonly Question<infer B>[]
      ? B
      : never;
