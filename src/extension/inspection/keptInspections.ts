import { isAdded, type TextView } from '../../shared/place';
import type { Store } from '../store';
import { documentText, type PastInspection } from './inspections';
import { excerptLength, fingerprint, sourceOf, textRequest } from './subject';
import { TrackedText } from './trackedText';
import { emptyState, lastPosition, samePosition } from './views';

/** A text, and how it is cut. */
interface Cut {
  readonly text: string;
  readonly view: TextView;
}

/**
 * The position in an edited text that a chosen one has become. The last one stays the last; the others stay at their
 * characters.
 */
export function keptPosition(before: Cut, position: number | null, now: Cut): number {
  const own = position === null ? undefined : before.view.tokens[position];
  if (before.text === now.text || !own || isAdded(own)) return samePosition(before.view, position, now.view);
  if (position === lastPosition(before.view)) return lastPosition(now.view);
  const offset = movedOffset(before.text, own.start, now.text);
  const found = now.view.tokens.findLastIndex((token) => token.start <= offset && !isAdded(token));
  return found < 0 ? lastPosition(now.view) : Math.min(found, lastPosition(now.view));
}

/** Where a character of a text stands after one stretch of the text was replaced. */
function movedOffset(before: string, at: number, now: string): number {
  const most = Math.min(before.length, now.length);
  let start = 0;
  while (start < most && before[start] === now[start]) start++;
  if (at < start) return at;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === now.at(-1 - end)) end++;
  return at >= before.length - end ? at + now.length - before.length : start;
}

const key = 'inspections';
/** Of a row as JSON. Most take about 4,000. */
const mostCharacters = 20_000;

interface Stored {
  /** Of the extension: another one may write other rows. */
  readonly version: string;
  readonly rows: readonly Row[];
  readonly isCut: boolean;
}

/** Keeps the list over a reload of the window, without numbers and with the beginnings of the texts. */
export async function keepInspections(store: Store, version: string, all: readonly PastInspection[]): Promise<void> {
  const rows = all.map(rowOf).filter((row) => JSON.stringify(row).length <= mostCharacters);
  await store.update(key, { version, rows, isCut: rows.length < all.length } satisfies Stored);
}

/** The list that was kept, to inspect again; `isCut` if some were too long. */
export function keptInspections(store: Store, version: string) {
  const stored = store.get(key) as Stored | undefined;
  const isKnown = stored?.version === version;
  return { all: isKnown ? stored.rows.map(pastOf) : [], isCut: isKnown && stored.isCut };
}

function rowOf({ subject, tracked, time, model, choice, state }: PastInspection) {
  const { appended: _, rendered: __, ...plain } = subject;
  const text = documentText(subject);
  return {
    subject: { ...plain, ...tracked.range, text: text.slice(0, excerptLength), before: '' },
    print: tracked.print ?? fingerprint(text),
    time: time.getTime(),
    ...{ model, choice, info: state.model, options: state.options },
  };
}
type Row = ReturnType<typeof rowOf>;

const pastOf = ({ subject, print, time, model, choice, info, options }: Row): Omit<PastInspection, 'id'> => ({
  ...{ subject, model, choice, key: '', run: null, time: new Date(time) },
  tracked: new TrackedText(subject, print),
  request: textRequest(subject, options),
  state: { ...emptyState(options), model: info, source: sourceOf(subject) },
  ...{ answers: {}, shown: null },
});
