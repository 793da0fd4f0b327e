import * as v from 'valibot';
import type { PanelState } from '../../shared/panel';
import type { Store } from '../store';
import { documentText } from './continued';
import { TrackedText } from './inspected';
import type { PastInspection } from './inspections';
import { excerptLength, fingerprint, sourceOf, textRequest, type Subject } from './subject';
import { emptyState, type Choice } from './views';

/** An inspection without its numbers. */
interface Row extends Pick<PastInspection, 'model'> {
  /** Its text is cut. */
  readonly subject: Subject;
  /** Of the whole text. */
  readonly print: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly choice: Choice;
  readonly state: Pick<PanelState, 'model' | 'options'>;
}

const key = 'inspections';
/** Of a row as JSON. Most take about 4,000. */
const mostCharacters = 20_000;
const stored = v.object({
  version: v.string(),
  rows: v.array(v.custom<Row>((row) => typeof row === 'object')),
  /** Rows were left out. */
  isCut: v.boolean(),
});

/** The list of inspections over a reload of the window. Another version of the extension begins a new one. */
export class KeptInspections {
  constructor(
    /** Of the workspace. */
    private readonly store: Store,
    private readonly version: string,
  ) {}

  /** Lists what was kept, as texts to inspect again. Whether some were too long to keep. */
  bringBack(owner: { bringBack(kept: readonly Omit<PastInspection, 'id'>[]): void }): boolean {
    const read = v.safeParse(stored, this.store.get(key));
    if (!read.success || read.output.version !== this.version) return false;
    owner.bringBack(read.output.rows.map(pastOf));
    return read.output.isCut;
  }

  async keep(all: readonly PastInspection[]): Promise<void> {
    const rows = all.map(rowOf).filter((row) => JSON.stringify(row).length <= mostCharacters);
    await this.store.update(key, { version: this.version, rows, isCut: rows.length < all.length });
  }
}

const rowOf = ({ subject, tracked, time, model, choice, state }: PastInspection): Row => {
  const { appended: _, rendered: __, ...plain } = subject;
  const text = documentText(subject);
  return {
    subject: { ...plain, ...tracked.range, text: text.slice(0, excerptLength), before: '' },
    print: tracked.print ?? fingerprint(text),
    time: time.getTime(),
    ...{ model, choice, state: { model: state.model, options: state.options } },
  };
};

const pastOf = ({ subject, print, time, model, choice, state }: Row): Omit<PastInspection, 'id'> => ({
  ...{ subject, model, choice, key: '', run: null, time: new Date(time) },
  tracked: new TrackedText(subject, print),
  request: textRequest(subject, state.options),
  state: { ...emptyState(state.options), model: state.model, source: sourceOf(subject) },
});
