import type { Store } from '../store';
import { documentText, type PastInspection } from './inspections';
import { excerptLength, fingerprint, sourceOf, textRequest } from './subject';
import { TrackedText } from './trackedText';
import { emptyState } from './views';

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
