import { spelledBy } from '../../shared/appended';
import type { TextInBoth } from '../../shared/both';
import { colouringOf, isPassing, passingOf } from '../../shared/colouring';
import type { Run } from '../../shared/engine';
import { modelOfLoad } from '../../shared/model';
import type { PanelOptions, PanelState } from '../../shared/panel';
import type { TextRequest, NamedToken } from '../../shared/tokens';
import type { ShownChoice, State } from './state';
import { samePlace, type SubjectPlace, type Subject } from './subject';
import type { TrackedText } from './trackedText';
import type { ViewChoice } from './views';

type Continued = Pick<Subject | TextRequest, 'text' | 'appended'>;

/** The part of an inspected text that stands in its document. */
export const documentText = ({ text, appended }: Continued): string => text.slice(0, appended?.from);

export const appendedText = ({ text, appended }: Continued): string => (appended ? text.slice(appended.from) : '');

/** A text with these tokens after it, in place of those that it has now. */
export function continued({ appended, ...subject }: Subject, tokens: readonly NamedToken[]): Subject {
  const own = documentText({ text: subject.text, ...(appended && { appended }) });
  const text = own + spelledBy(tokens);
  return { ...subject, text, ...(tokens.length > 0 && { appended: { tokens, from: own.length } }) };
}

/** An inspection that was made in this window, with all that it takes to show it again. */
export interface PastInspection {
  readonly id: number;
  readonly time: Date;
  /** As it was read; `tracked` knows where it stands now and whether it still reads the same. */
  readonly subject: Subject;
  readonly tracked: TrackedText;
  /** Inspections with equal keys have equal numbers: see `keyOf`. */
  readonly key: string;
  /** Key of the load of its model. */
  readonly model: string;
  /** null if the model has no layers to run. */
  readonly run: Run | null;
  /** The request of the run; the options may have changed since. */
  readonly request: TextRequest;
  readonly choice: ViewChoice;
  /** As it was shown last. */
  readonly state: PanelState;
  /** What is known of its choice, so that it is not asked for again. */
  readonly answers: State['answers'];
  /** null if its numbers are gone with the window that they were made in. */
  readonly shown: ShownChoice | null;
}

const most = 20;
/** All runs together; a position takes about 4 kB. */
const mostPositions = 8192;

export const placeOfPast = ({ subject, tracked }: PastInspection): SubjectPlace => ({
  uri: subject.uri,
  ...tracked.range,
});

export const atOnePlace = (one: PastInspection, other: PastInspection): boolean =>
  samePlace(placeOfPast(one), placeOfPast(other));

/** On another number of threads a model is the same. */
const isSameAgain = (one: PastInspection, other: PastInspection): boolean =>
  atOnePlace(one, other) && modelOfLoad(one.model) === modelOfLoad(other.model);

/** Whether its numbers are gone with the window that they were made in. */
export const isKept = ({ shown }: Pick<PastInspection, 'shown'>): boolean => shown === null;

/** The options of an inspection as it was left, among the present ones. */
export function restoredOptions(
  { state: { options } }: PastInspection,
  present: Pick<PanelState, 'options'>,
): PanelOptions {
  const { context, contextTokens, plain, chat, limit } = options;
  return { ...present.options, context, contextTokens, plain, chat, limit };
}

/** An inspection as it was left, with the parts of the present state that belong to no inspection. */
function restoredState(past: PastInspection, present: PanelState): PanelState {
  const { source } = past.state;
  const { loaded, followsEdits, document, documentLines, file, lab, backend, keptVectors } = present;
  return {
    ...past.state,
    options: restoredOptions(past, present),
    // How the text was chosen was said when it was.
    source: source && { ...source, ...placeOfPast(past), wholeLine: false },
    ...{ loaded, followsEdits, document, documentLines, file, lab, backend, keptVectors },
  };
}

/** The present inspection, those before it, and what is known of theirs in two models. */
interface Present {
  readonly state: PanelState;
  readonly chosen: { readonly machine: Pick<State, 'shown' | 'numbersOf'> };
  readonly inspections: Inspections;
  textInBoth(request: TextRequest): TextInBoth | null;
}

/**
 * The latest inspection of a document other than the shown one's, as it was left; null if there is none of the same
 * model whose text still reads the same. It is coloured as the shown one is, or by nothing where its own values of that
 * are not known.
 */
export function otherIn(uri: string, present: Present): PanelState | null {
  const { state, inspections } = present;
  // The shown one may still be under way, and is no inspection of the list before its end.
  const { shown, numbersOf } = present.chosen.machine;
  if (!shown || shown.wish.subject.uri === uri) return null;
  const past = inspections.all.find(
    ({ subject, tracked, model, state: { text } }) =>
      subject.uri === uri && text !== null && !tracked.changed && model === numbersOf?.key,
  );
  if (!past) return null;
  const restored = restoredState(past, state);
  const { other } = state.both;
  const drawn = { ...restored, both: { ...restored.both, other, text: present.textInBoth(past.request) } };
  const isUnknown = isPassing(colouringOf(state)) && passingOf(drawn) === null;
  return isUnknown ? { ...restored, options: { ...restored.options, colouring: 'none' } } : drawn;
}

/** The latest inspections, newest first. Their numbers are kept in memory only. */
export class Inspections {
  #all: readonly PastInspection[] = [];
  #nextId = 1;
  /** Id of the inspection that is shown; null if it is not among these. */
  current: number | null = null;
  /** Some of before a reload were too long to keep. */
  isCut = false;

  constructor(private readonly onChange: () => void) {}

  get all(): readonly PastInspection[] {
    return this.#all;
  }

  find(id: number): PastInspection | undefined {
    return this.#all.find((one) => one.id === id);
  }

  /**
   * Adds the inspection that is shown. It replaces one of the same range by the same model; the oldest go if there are
   * too many.
   */
  add(made: Omit<PastInspection, 'id'>): number {
    const added = { ...made, id: this.#nextId++ };
    let positions = added.run?.length ?? 0;
    const others = this.#all
      .filter((other) => !isSameAgain(other, added) && !(isKept(other) && atOnePlace(other, added)))
      .filter(({ run }) => (positions += run?.length ?? 0) <= mostPositions);
    this.#set([added, ...others].slice(0, most));
    return added.id;
  }

  /** The inspection of this wish is shown, if it is among these; keeps `how`, if that is new. */
  show(wish: object | null, how: (() => Pick<PastInspection, 'choice' | 'state' | 'answers'>) | null): void {
    this.current = (wish && this.#all.find(({ shown }) => shown?.wish.id === wish)?.id) ?? null;
    if (this.current === null || !how) return;
    const kept = how();
    this.#all = this.#all.map((one) => (one.id === this.current ? { ...one, ...kept } : one));
  }

  remove(id: number): void {
    this.#set(this.#all.filter((one) => one.id !== id));
  }

  /** The ranges in a document. Inspections of one range by two models may share theirs. */
  in(uri: string): readonly TrackedText[] {
    return this.#all.filter(({ subject }) => subject.uri === uri).map(({ tracked }) => tracked);
  }

  #set(all: readonly PastInspection[]): void {
    this.#all = all;
    this.onChange();
  }
}
