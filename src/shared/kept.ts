import * as v from 'valibot';
import { usualSampler } from './continuation';
import { appendedIds, lensColourings, natural, samplerForm } from './instruments';
import { chosenOptions, expression, steering } from './intents';
import { experiments } from './lab';
import { metrics } from './metrics';
import { rooms } from './rooms';

/** How a continuation goes on: `stop` ends it once it contains this text. */
const continuing = v.strictObject({ count: natural, sampled: v.boolean(), seed: natural, stop: v.string() });
const usualContinuing = { count: 20, sampled: false, seed: 1, stop: '' };

/** Choices that the webview keeps to itself. What an earlier version did not know has its default. */
const viewChoices = v.object({
  /** The room that is open. */
  room: v.optional(v.picklist(rooms), 'point'),
  showSizes: v.boolean(),
  /** Leaves control tokens and byte fragments out of lists, which say so. */
  hideFragments: v.boolean(),
  /** The metric whose curves the vectorscope draws; null: the one that stands first. */
  scopeMetric: v.nullable(v.picklist(metrics)),
  /** The vectorscope draws tokens at their size; else all of them at size 1. */
  scopeSizes: v.boolean(),
  lensColouring: v.picklist(lensColourings),
  /** The lens and the leading tokens have the rows after attention. */
  lensBetween: v.optional(v.boolean(), false),
  /** The experiment that is open. */
  experiment: v.nullable(v.picklist(experiments)),
  /** The options of experiments that were set, by key. Experiments with the same key share an option. */
  labOptions: v.optional(v.record(v.string(), v.union([v.number(), v.boolean()])), {}),
  sampler: v.optional(samplerForm, { ...usualSampler, order: [...usualSampler.order] }),
  continuing: v.optional(continuing, usualContinuing),
});
export type ViewChoices = Readonly<v.InferOutput<typeof viewChoices>>;

/** The choices before a person has made any. */
export const defaultView: ViewChoices = {
  room: 'point',
  showSizes: true,
  hideFragments: false,
  scopeMetric: null,
  scopeSizes: true,
  lensColouring: 'probability',
  lensBetween: false,
  experiment: null,
  labOptions: {},
  sampler: { ...usualSampler, order: [...usualSampler.order] },
  continuing: usualContinuing,
};

/** A second text that is longer is not kept. UTF-16 units. */
export const longestOther = 30_000;

const otherText = v.pipe(v.string(), v.minLength(1), v.maxLength(longestOther));

const keptRooms = v.strictObject({
  /** The expression of the user's own vector. */
  vector: v.exactOptional(expression),
  /** A second text. `from`: the document that it was selected in. */
  other: v.exactOptional(
    v.strictObject({ text: otherText, from: v.nullable(v.string()), appended: v.exactOptional(appendedIds) }),
  ),
  /** Tokens after the inspected text. `bytes`: of those whose text is not all of them. */
  appended: v.exactOptional(
    v.array(
      v.strictObject({
        ...{ id: natural, text: v.string(), special: v.boolean() },
        bytes: v.exactOptional(v.array(v.pipe(natural, v.maxValue(255)))),
      }),
    ),
  ),
  steering: v.exactOptional(steering),
});
/** What the rooms of one inspection hold. */
export type KeptRooms = Readonly<v.InferOutput<typeof keptRooms>>;
export const keptRoomNames = v.keyof(keptRooms).options;

const keptState = v.strictObject({
  uri: v.string(),
  start: natural,
  end: natural,
  options: v.strictObject({
    ...chosenOptions,
    chat: v.optional(chosenOptions.chat, null),
    space: v.optional(chosenOptions.space, 'input'),
  }),
  position: v.nullable(natural),
  /** null: the position's own. */
  tokenId: v.nullable(natural),
  view: viewChoices,
  rooms: v.optional(keptRooms, {}),
});

/**
 * What the webview keeps over a reload of the window; `acquireVsCodeApi().setState` writes it and the serializer reads
 * it.
 */
export type KeptState = Readonly<v.InferOutput<typeof keptState>>;

/** The state that a webview kept over a reload, or null if there is none or it has another form. */
export function parseKeptState(state: unknown): KeptState | null {
  const { success, output } = v.safeParse(keptState, state);
  return success && output.start < output.end ? output : null;
}

/** The view's own choices kept from before a reload. */
export function keptView(kept: unknown): ViewChoices | null {
  const { success, output } = v.safeParse(v.looseObject({ view: viewChoices }), kept);
  return success ? output.view : null;
}
