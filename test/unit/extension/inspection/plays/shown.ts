import type { CallName } from '../../../../../src/shared/engine';
import type { PanelState } from '../../../../../src/shared/panel';
import type { TextRequest } from '../../../../../src/shared/tokens';
import type { Rig } from './rig';
import { readingOf, textIn, type Origin } from './stamps';

/** An answer in the state: the call, the number of its origin, and what the question must have said. */
interface Shown {
  readonly name: CallName;
  readonly stamp: number | null | undefined;
  readonly says?: Readonly<Record<string, unknown>>;
  /** It was computed from the shown text. */
  readonly ofText?: true;
  /** Where the question says where it reads the text, if it reads one. */
  readonly place?: 'place' | 'axis';
}

/** All answers that a state shows. */
export function answersIn(state: PanelState): readonly Shown[] {
  const { position, attention, journey, leaders, steer, texts, both, neighbours, token, lens, scope, vector } = state;
  const at = { position };
  const { next, patch, result } = texts ?? {};
  const { prediction, dimensions, ablation, contrasts } = state;
  const { grid, view, open, pattern } = attention;
  const example = contrasts?.kind === 'part' ? contrasts.examples[0]?.hiddenSize : contrasts?.reason.position;
  const other = texts ? { other: { text: texts.text } } : {};
  const axis = scope?.axis;
  return [
    { name: 'tokenise', stamp: state.text?.tokens[0]?.percentile },
    { name: 'run', stamp: state.run?.entropy[0], ofText: true },
    { name: 'prediction', stamp: prediction?.entropy, says: at, ofText: true },
    { name: 'token', stamp: token?.ownRank.raw.dot },
    {
      name: 'neighbours',
      stamp: neighbours?.lists.dot[0]?.values.dot,
      says: {
        id: token?.token.id,
        centred: neighbours?.centred,
        ...(neighbours?.space && { space: neighbours.space }),
      },
    },
    { name: 'contrasts', stamp: example, ofText: true },
    { name: 'journey', stamp: journey?.logit, says: at, ofText: true },
    { name: 'leaders', stamp: leaders?.rows[0]?.layer, says: at, ofText: true },
    {
      name: 'dimensions',
      stamp: dimensions?.median,
      says: { position: dimensions?.position, layer: dimensions?.layer },
      ofText: true,
    },
    { name: 'headGrid', stamp: grid?.biases[0]?.size, says: at, ofText: true },
    { name: 'headView', stamp: view?.size, says: { ...at, ...open }, ofText: true },
    { name: 'pattern', stamp: pattern?.cells[0], says: { ...open }, ofText: true },
    {
      name: 'ablation',
      stamp: ablation?.result?.divergence,
      says: { ...at, ablated: { parts: [ablation?.part], by: ablation?.by } },
      ofText: true,
    },
    { name: 'steer', stamp: steer?.result?.divergence, says: { ...at, steering: steer?.steering }, ofText: true },
    { name: 'vector', stamp: vector?.result?.size, says: { expression: vector?.expression }, place: 'place' },
    {
      name: 'scope',
      stamp: axis && !(axis.kind === 'vector' && scope.size === 0) ? scope.size : null,
      says: {
        centred: scope?.centred,
        ...(axis?.kind === 'residual' && { axis: { position: axis.position, layer: axis.layer } }),
      },
      ...(axis?.kind === 'vector' && { place: 'axis' }),
    },
    { name: 'twoTexts', stamp: result?.hiddenAngle[0], says: other, ofText: true },
    { name: 'twoPositions', stamp: next?.divergence, says: { ...at, ...other }, ofText: true },
    {
      name: 'patchCell',
      stamp: patch?.open?.result?.divergence,
      says: { ...at, ...other, part: patch?.part, at: patch?.open?.at },
      ofText: true,
    },
    ...(patch?.rows ?? []).map((row): Shown => {
      const says = { ...at, ...other, part: patch?.part, ...(patch?.layer !== null && { layer: patch?.layer }) };
      return { name: 'patch', stamp: row?.[0], says, ofText: true };
    }),
    { name: 'textInBoth', stamp: both.text?.perplexity[0], ofText: true },
    { name: 'positionInBoth', stamp: both.position?.hiddenAngle, says: at, ofText: true },
    { name: 'rowsInBoth', stamp: both.rows?.rows, says: { matrix: both.rows?.matrix } },
    {
      name: 'neighboursInBoth',
      stamp: both.neighbours?.shared.dot,
      says: { id: token?.token.id, matrix: both.neighbours?.matrix },
    },
    ...(lens?.blocks ?? []).flatMap(({ after, first, count, from, to, entropy, divergence }): readonly Shown[] => {
      const says = { after, first, count, positions: { from, to } };
      return [
        { name: 'lens', stamp: entropy[0], says, ofText: true },
        { name: 'divergence', stamp: divergence?.[0], says, ofText: true },
      ];
    }),
  ];
}

/** Whether the state shows the answer to a call of this life of the engine. */
export const isShown = (rig: Rig, name: CallName, key: string): boolean =>
  // A person may ask for a text anew, and a token is asked for by the axis and by the choice.
  !['run', 'tokenise', 'token', 'lab'].includes(name) &&
  answersIn(rig.state).some(({ name: shown, stamp }) => {
    const origin = shown === name ? originOf(rig, stamp) : null;
    return origin?.key === key && origin.life === rig.pretended.life && origin.other === rig.pretended.other;
  });

const originOf = ({ pretended }: Rig, stamp: Shown['stamp']): Origin | null =>
  pretended.origins[(stamp ?? 0) - 1] ?? null;

/** Whether the shown run is of an engine that has ended. */
export const isForgotten = (rig: Rig): boolean => originOf(rig, rig.state.run?.entropy[0])?.life !== rig.pretended.life;

/** Nothing stands beside another text, model, position, token or option than the one that it was computed for. */
export function* faultsShown(rig: Rig, isAtRest = false): Generator<string> {
  const { state } = rig;
  const shown = answersIn(state).flatMap((one) => {
    const origin = originOf(rig, one.stamp);
    return origin ? [{ ...one, origin }] : [];
  });
  const text = shown.find(({ name }) => name === 'tokenise')?.origin;
  for (const { name, says, ofText, place, origin } of shown) {
    if (origin.name !== name) yield `${name} shows an answer to ${origin.name}`;
    if (origin.model.path !== state.model?.name)
      yield `${name} was computed by another model than the one that is shown`;
    if (ofText && (!text || readingOf(textIn(origin)) !== readingOf(textIn(text))))
      yield `${name} was computed from another text than the one that is shown`;
    // The picture around an axis stays until the next one is there.
    if (place && (place === 'place' || (isAtRest && rig.sight.scope)))
      yield* faultsOfPlace(name, (origin.request as Partial<Record<typeof place, Read>>)[place], state, text);
    if (!holds(origin.request, says)) yield `${name} was computed for another ${different(origin.request, says)}`;
  }
  yield* faultsOfText(rig, text);
  const { both } = state;
  for (const { name, origin } of shown.filter(({ name }) => name.endsWith('InBoth')))
    if (origin.other !== both.other?.info.name) yield `${name} was computed with another second model`;
  if (state.position !== null && !state.text?.tokens[state.position]) yield 'a position without a token is chosen';
}

/** Where a vector reads the text; an axis that is a vector holds it one level deeper. */
interface Read {
  readonly kind?: string;
  readonly text?: TextRequest;
  readonly position?: number;
  readonly place?: Read;
}

function* faultsOfPlace(
  name: CallName,
  read: Read | undefined,
  { position }: Pick<PanelState, 'position'>,
  text?: Origin,
): Generator<string> {
  if (read?.place) return yield* faultsOfPlace(name, read.place, { position }, text);
  if (!read?.text) return;
  if (!text || readingOf(read.text) !== readingOf(textIn(text)))
    yield `${name} reads another text than the one that is shown`;
  if (read.position !== position) yield `${name} reads another position than the one that is shown`;
}

function* faultsOfText({ state }: Rig, text: Origin | undefined): Generator<string> {
  const { source, position, prediction, run } = state;
  if (!state.text) {
    if (run) yield 'a run is shown without a text';
    if (prediction) yield 'a prediction is shown without a text';
    return;
  }
  if (!text || !source) return void (yield 'a text is shown without its source');
  const { limit, plain, text: read } = textIn(text);
  if (state.text.read.plain !== (plain ?? false) || state.text.read.limit !== limit)
    yield 'a text is said to be read in another way than it was';
  if (documentText(read) !== documentText(source.excerpt)) yield 'a text is shown under the name of another';
  if (run && position !== null && position < run.length && prediction && prediction.hiddenSize !== position)
    yield 'the prediction of another position is shown';
}

/** The number of the shown cut of the text. */
export const cutOf = ({ text }: PanelState): number | null => text?.tokens[0]?.percentile ?? null;

/** What of a text stands in its document: without the chat template's part and the tokens that were appended. */
export const documentText = (text: string): string => text.replace(/^<user>(.*)\/>?/s, '$1').replaceAll(/[A-Z]/g, '');

/** Whether a request says at least this. */
const holds = (request: unknown, says: Shown['says'] = {}): boolean => different(request, says) === '';

const different = (request: unknown, says: Shown['says'] = {}): string =>
  Object.entries(says)
    .filter(([key, value]) => !isWithin(value, (request as Readonly<Record<string, unknown>>)[key]))
    .map(([key]) => key)
    .join(', ');

const isWithin = (least: unknown, whole: unknown): boolean => {
  if (typeof least !== 'object' || least === null || Array.isArray(least))
    return JSON.stringify(least) === JSON.stringify(whole);
  return Object.entries(least).every(([key, value]) =>
    isWithin(value, (whole as Readonly<Record<string, unknown>> | null)?.[key]),
  );
};
