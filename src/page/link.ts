import { initialChoices } from '../extension/inspection/views';
import { defaults } from '../shared/engine';
import { defaultView, keptRoomNames, longestOther as longest, parseKeptState, type KeptState } from '../shared/kept';
import { type PanelOptions } from '../shared/panel';
import { roomOf } from '../shared/rooms';

/** The page has one text, which its inspections name so. */
export const uri = 'page:text';

/** As in the manifest, which a test compares. */
export const defaultOptions: PanelOptions = {
  ...initialChoices,
  context: false,
  contextTokens: defaults.contextTokens,
  centred: false,
  limit: defaults.limit,
  colouring: 'size',
  metric: 'euclidean',
  neighbours: defaults.neighbours,
  top: defaults.top,
};

/** What a link shows: a text, the part of it that is inspected, and the choices. */
export interface Link {
  readonly text: string;
  readonly kept: KeptState;
  /** The name of the sender's own model; null for the one of the site. */
  readonly model: string | null;
}

const choicesOf = ({ options, view }: Pick<KeptState, 'options' | 'view'>): Readonly<Record<string, unknown>> => ({
  ...options,
  ...view,
});
const { context, plain, chat, centred, space, colouring } = defaultOptions;
const usualOptions = { context, plain, chat, centred, space, colouring };
const usual = choicesOf({ options: usualOptions, view: defaultView });

/** All of a text, shown as usual. */
export const wholeText = ({ length: end }: string): KeptState => ({
  ...{ uri, start: 0, end, position: null, tokenId: null, options: usualOptions, view: defaultView, rooms: {} },
});

/** The fragment of a link, and what is too long for it: the second text, or all of it, and then there is none. */
export function fittingFragment(link: Link): readonly [fragment: string | null, leftOut: 'other' | 'text' | null] {
  const whole = fragmentOf(link);
  if (whole !== null) return [whole, null];
  const { other: _, ...rooms } = link.kept.rooms;
  const fragment = fragmentOf({ ...link, kept: { ...link.kept, rooms } });
  return [fragment, fragment === null ? 'text' : 'other'];
}

/**
 * The fragment of the page's address, without `#`. No browser sends it to a server. Choices that are as usual are left
 * out. null if it is too long: programs that pass links on would cut it.
 */
function fragmentOf({ text, kept, model }: Link): string | null {
  // Encoding shortens nothing, and takes long for a text that is typed in a large document.
  if (text.length + (kept.rooms.other?.text.length ?? 0) > longest) return null;
  const { start, end, position, tokenId } = kept;
  const parts = new URLSearchParams({ text });
  if (model !== null) parts.set('model', model);
  if (start !== 0 || end !== text.length) parts.set('part', `${start}-${end}`);
  if (position !== null) parts.set('position', String(position));
  if (tokenId !== null) parts.set('token', String(tokenId));
  for (const [name, value] of Object.entries(choicesOf(kept)))
    if (written(value) !== written(usual[name])) parts.set(name, written(value));
  for (const [name, value] of Object.entries(kept.rooms)) parts.set(name, written(value));
  const fragment = parts.toString();
  return fragment.length > longest ? null : fragment;
}

/**
 * null if the fragment holds no text. A choice that cannot be read, such as one of a later version, keeps its usual
 * value: a link is there for its text.
 */
export function readLink(fragment: string): Link | null {
  const parts = new URLSearchParams(fragment);
  // A text area has no other line ends.
  const text = (parts.get('text') ?? '').replace(/\r\n?/g, '\n');
  if (text === '') return null;
  const [, from = NaN, to = NaN] = (/^(\d+)-(\d+)$/.exec(parts.get('part') ?? '') ?? []).map(Number);
  const [start, end] = from < to && to <= text.length ? [from, to] : [0, text.length];
  const given = (name: string) => read(parts.get(name));
  // A section stands for its room.
  const room = roomOf(parts.get('section') ?? parts.get('room') ?? '') ?? given('room');
  const choices: readonly ((kept: KeptState) => object)[] = [
    (kept) => ({ ...kept, position: given('position') }),
    (kept) => ({ ...kept, tokenId: given('token') }),
    ...Object.keys(usualOptions).map((name) => (kept: KeptState) => ({
      ...kept,
      options: { ...kept.options, [name]: given(name) },
    })),
    ...Object.keys(defaultView).map((name) => (kept: KeptState) => ({
      ...kept,
      view: { ...kept.view, [name]: name === 'room' ? room : given(name) },
    })),
    ...keptRoomNames.map((name) => (kept: KeptState) => ({
      ...kept,
      // An expression may read like a number.
      rooms: { ...kept.rooms, [name]: name === 'vector' ? parts.get(name) : given(name) },
    })),
  ];
  const part = { ...wholeText(text), start, end };
  const kept = choices.reduce<KeptState>((before, choose) => parseKeptState(choose(before)) ?? before, part);
  return { text, kept, model: parts.get('model') };
}

const written = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** A value as it was before it was written: a truth, a number, several values in JSON, or else a word. */
function read(written: string | null): unknown {
  if (written !== null && /^[[{]/.test(written)) return readJson(written);
  if (written === 'true' || written === 'false') return written === 'true';
  return written !== null && /^\d+$/.test(written) ? Number(written) : written;
}

function readJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}
