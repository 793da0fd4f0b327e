import type { BothView, LensView, PatchView, ScopeView, TextsView, VectorView } from '../../shared/instruments';
import type { PanelState, Source } from '../../shared/panel';
import { parseExpression } from '../../shared/vectors/expression';
import { questionsOf, valueOf, valuesOf } from './answers';
import { tokenizersView } from './cutQuestions';
import type { Slot } from './events';
import { lensBlocks } from './lensQuestions';
import { nowOf, type Now } from './now';
import { memo, needsRun, type HeldAnswer, type Question } from './question';
import type { ValueOf, VectorAnswer } from './questions';
import { heldOf, loadOf } from './second';
import type { State, World } from './state';
import { sourceOf } from './subject';
import { textRowsOf, type PatchedRow } from './textsQuestions';

/** The parts of the panel's state that the machine knows. */
export type InspectionView = Pick<
  PanelState,
  | ('source' | 'outOfDate' | 'followsEdits' | 'options' | 'model' | 'loaded' | 'text' | 'run')
  | ('position' | 'token' | 'neighbours' | 'prediction' | 'found' | 'vocabulary' | 'contrasts' | 'journey' | 'leaders')
  | ('dimensions' | 'axes' | 'scope' | 'attention' | 'neurons' | 'against' | 'ablation' | 'vector' | 'steer')
  | ('texts' | 'both' | 'lens' | 'sampling' | 'stepSampling' | 'tokenizers' | 'experts')
>;

/** `before`: what is equal in it stays the same object, so that nothing is drawn anew. */
export function view(state: State, world: World, inFlight: ReadonlySet<Slot>, before?: InspectionView): InspectionView {
  const seen = seenOf(nowOf(state, world), inFlight.has('lens'), inFlight.has('bothText'));
  // Edits move the text without a change of the state.
  const source = shared(before?.source ?? null, sourceNow(state));
  return before ? sharing(before, seen, source) : { ...seen, source };
}

/** Those that are put together of several answers. */
const joined = [
  'axes',
  'scope',
  'attention',
  'neurons',
  'experts',
  'ablation',
  'vector',
  'steer',
  'texts',
  'both',
  'lens',
  'tokenizers',
] as const;
const sharing = memo(
  (before: InspectionView, seen: Omit<InspectionView, 'source'>, source: InspectionView['source']): InspectionView => {
    const parts = Object.fromEntries(joined.map((name) => [name, shared(before[name], seen[name])]));
    const next: InspectionView = { ...seen, source, ...parts };
    return Object.entries(next).every(([name, value]) => Object.is(value, before[name as keyof InspectionView]))
      ? before
      : next;
  },
);

const seenOf = memo((now: Now, asksLens: boolean, runsBoth: boolean): Omit<InspectionView, 'source'> => {
  const { looking, drawn, options, followsEdits, isOld, memory, shown } = now;
  const { axis, history, ablation, steering, head, against, query } = looking;
  return {
    ...{ outOfDate: isOld, followsEdits, options, loaded: memory !== null, model: now.model },
    ...{ text: now.text, run: shown?.ran?.view ?? null },
    ...drawn,
    found: query === null ? null : valueOf('find', now),
    vocabulary: valueOf('vocabulary', now),
    contrasts: now.exampleOf === now.request ? valueOf('contrasts', now) : null,
    journey: valueOf('journey', now),
    leaders: valueOf('leaders', now),
    dimensions: valueOf('dimensions', now),
    axes: { now: axis, back: history.at > 0, forward: history.at < history.entries.length - 1 },
    scope: scopeView(now),
    attention: {
      ...{ grid: valueOf('headGrid', now), open: head },
      ...{ view: valueOf('headView', now), pattern: valueOf('pattern', now), scores: valueOf('headScores', now) },
    },
    neurons: { list: valueOf('neurons', now), open: looking.neuron, view: valueOf('neuronView', now) },
    experts: valueOf('experts', now),
    against,
    ablation: ablation && { ...ablation, result: valueOf('ablation', now) },
    ...{ sampling: valueOf('sampling', now), stepSampling: valueOf('stepSampling', now) },
    vector: vectorView(now),
    steer: steering && { ...steering, result: valueOf('steer', now), curve: valueOf('steerCurve', now) },
    texts: textsView(now),
    both: bothView(now, runsBoth),
    lens: lensView(now, asksLens),
    tokenizers: tokenizersView(now),
  };
});

/** Where the shown text stands now; before there is one, the text that is wanted. */
function sourceNow({ shown, wish }: State): Source | null {
  const from = shown?.wish ?? wish;
  return from && { ...sourceOf(from.subject), ...from.tracked.range };
}

/** The picture of before stays until the new one is there, unless that will not be asked for. */
function scopeView(now: Now): ScopeView | null {
  const [question] = questionsOf('scope', now);
  if (!question) return null;
  const names = valuesOf('axis', now);
  const isThis = ([key]: readonly [string, HeldAnswer]) => key === question.key;
  const all = [...(now.answers.scope ?? [])].toReversed();
  const isComing = now.isHere && (now.of !== null || !needsRun(question.request));
  for (const [, answer] of [...all.filter(isThis), ...(isComing ? all : [])]) {
    if (answer.is === 'failed') continue;
    const { place, ...scope } = answer.value as ValueOf<'scope'>;
    if (place.kind !== 'token') return { ...scope, axis: place };
    const named = names.find(({ token }) => token.id === place.id);
    if (named)
      return { ...scope, axis: { kind: 'token', token: named.token, ...(place.side && { side: place.side }) } };
  }
  return null;
}

function vectorView(now: Now): VectorView | null {
  const { vector: expression } = now.looking;
  if (expression === null) return null;
  const parsed = parseExpression(expression, now.l10n);
  const nothing: VectorAnswer = { result: null, fault: 'fault' in parsed ? parsed.fault : null };
  return { expression, ...(valueOf('vector', now) ?? nothing) };
}

function textsView(now: Now): TextsView | null {
  const { texts } = now.looking;
  if (!texts) return null;
  const { text, from, appended, position, failure } = texts;
  const [result, next] = [valueOf('twoTexts', now), valueOf('twoPositions', now)];
  return { text, from, ...(appended && { appended }), result, position, next, patch: patchView(now), failure };
}

function patchView(now: Now): PatchView | null {
  const patch = now.looking.texts?.patch;
  if (!patch || !now.model?.trunk) return null;
  const { part, layer, tokens, open, isStopped } = patch;
  const rows: (Float64Array | null)[] = Array.from({ length: textRowsOf(part, now.model.trunk) }, () => null);
  const known = questionsOf('patch', now).flatMap(({ key }) => now.answers.patch?.get(key) ?? []);
  const values = known.flatMap((answer) => (answer.is === 'known' ? [answer.value as PatchedRow] : []));
  for (const { row, values: shares } of values) rows[row] = shares;
  const progress = rows.includes(null) ? (isStopped ? 'stopped' : 'running') : 'done';
  const difference = values.at(-1)?.difference ?? null;
  const opened = open && { ...open, result: valueOf('patchCell', now) };
  return { part, layer, tokens, difference, rows, progress, open: opened };
}

function bothView(now: Now, isRunning: boolean): BothView {
  const { second, progress } = now;
  const [held, rows] = [heldOf(second), valueOf('bothRows', now)];
  const load = loadOf(second);
  // One that it took the place of may have been further.
  const fractionOf = (slot: Slot, question: Question | null) =>
    progress[slot]?.key === question?.key ? (progress[slot]?.fraction ?? null) : null;
  const isOfText = now.answers.bothRows?.has(questionsOf('bothRows', now)[0]?.key ?? '');
  return {
    other: held?.other ?? null,
    working:
      load && 'asked' in second
        ? { what: 'loading', name: second.asked.name, fraction: fractionOf('loadOther', load) }
        : held && isRunning
          ? {
              what: 'running',
              name: held.other.info.name,
              fraction: fractionOf('bothText', questionsOf('bothText', now)[0] ?? null),
            }
          : null,
    failure: 'said' in second ? second.said : null,
    text: valueOf('bothText', now)?.text ?? null,
    position: valueOf('bothPosition', now),
    // The spread of a matrix is the same for every text.
    rows: rows && (isOfText ? rows : { ...rows, tokens: [] }),
    neighbours: valueOf('bothNeighbours', now),
  };
}

const blocksOf = memo((answers: Now['answers'][string] | undefined) =>
  lensBlocks(valuesOf('lens', { answers: answers ? { lens: answers } : {} })),
);

function lensView(now: Now, isAsking: boolean): LensView | null {
  if (now.request === null) return null;
  const asked = isAsking ? questionsOf('lens', now) : [];
  const known = asked.filter(({ key }) => now.answers.lens?.get(key)?.is === 'known');
  const fraction = asked.length > 0 ? known.length / asked.length : null;
  const blocks = blocksOf(now.answers.lens);
  return blocks.length > 0 || fraction !== null ? { blocks, fraction } : null;
}

/** The new value, in which what is equal to before is the same object. Arrays of numbers are never looked into. */
function shared<T>(before: T, now: T, depth = 4): T {
  if (Object.is(before, now) || depth === 0 || !isTree(before) || !isTree(now)) return now;
  const [keys, size] = [Object.keys(now), Object.keys(before).length];
  const entries = keys.map((key) => [key, shared(before[key], now[key], depth - 1)] as const);
  if (keys.length === size && entries.every(([key, value]) => Object.is(value, before[key]))) return before;
  return (Array.isArray(now) ? entries.map(([, value]) => value) : Object.fromEntries(entries)) as T;
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
