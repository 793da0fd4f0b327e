import type { TextRequest } from '../../shared/tokens';
import type { Run } from '../../shared/engine';
import type { PanelState } from '../../shared/panel';
import type { Since } from './since';
import { samePlace, type Place, type Subject } from './subject';
import type { Choice } from './views';

/** An inspection that was made in this window, with all that it takes to show it again. */
export interface PastInspection {
  readonly id: number;
  readonly time: Date;
  /** As it was read; `since` says where it stands now and whether it still reads the same. */
  readonly subject: Subject;
  readonly since: Since;
  /** What makes its numbers: see `keyOf`. */
  readonly key: string;
  /** Key of the load of its model. */
  readonly model: string;
  /** null where the model has no layers to run. */
  readonly run: Run | null;
  /** What the run was made from; the options may have changed since. */
  readonly request: TextRequest;
  readonly choice: Choice;
  /** As it was shown last. */
  readonly state: PanelState;
}

const most = 20;
/** All runs together; a position takes about 4 kB. */
const mostPositions = 8192;

export const placeOfPast = ({ subject, since }: PastInspection): Place => ({ uri: subject.uri, ...since.range });

/** The latest inspections, newest first. They are kept in memory only. */
export class Inspections {
  #all: readonly PastInspection[] = [];
  #nextId = 1;

  constructor(private readonly onChange: () => void) {}

  get all(): readonly PastInspection[] {
    return this.#all;
  }

  find(id: number): PastInspection | undefined {
    return this.#all.find((one) => one.id === id);
  }

  /** Takes the place of an inspection of the same range; the oldest go where there are too many. */
  add(made: Omit<PastInspection, 'id'>): PastInspection {
    const added = { ...made, id: this.#nextId++ };
    const place = placeOfPast(added);
    let positions = added.run?.length ?? 0;
    const others = this.#all
      .filter((other) => !samePlace(placeOfPast(other), place))
      .filter(({ run }) => (positions += run?.length ?? 0) <= mostPositions);
    this.#set([added, ...others].slice(0, most));
    return added;
  }

  /** Keeps how an inspection is shown now. */
  update(id: number, change: Pick<PastInspection, 'choice' | 'state'>): void {
    this.#all = this.#all.map((one) => (one.id === id ? { ...one, ...change } : one));
  }

  remove(id: number): void {
    this.#set(this.#all.filter((one) => one.id !== id));
  }

  /** The ranges in a document, each once. */
  in(uri: string): readonly Since[] {
    return this.#all.filter(({ subject }) => subject.uri === uri).map(({ since }) => since);
  }

  #set(all: readonly PastInspection[]): void {
    this.#all = all;
    this.onChange();
  }
}
