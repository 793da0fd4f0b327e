import type { Progress } from '../../shared/engine';
import type { PanelStatus } from '../../shared/panel';
import type { workOf } from './stage';

type Working = Extract<PanelStatus, { kind: 'working' }>;
type Work = NonNullable<ReturnType<typeof workOf>>;

/**
 * Work that is done sooner shows no progress, so that nothing flashes. After 200 ms without a sign a person wonders
 * whether anything happens. Milliseconds.
 */
export const patience = 150;
/** At most 20 steps of progress a second. Milliseconds. */
const betweenSteps = 50;

/** When the panel's status says what: what rests there, and the work above it once that has taken a while. */
export class WorkingStatus {
  #work: Working | null = null;
  #rest: PanelStatus = { kind: 'empty' };
  #isVisible = false;
  /** Runs until the work is shown, then until its next step is. */
  #timer: NodeJS.Timeout | undefined;
  #lastStep = 0;

  constructor(private readonly show: (status: PanelStatus) => void) {}

  /** Whether the model's file is being fetched. */
  get isFetching(): boolean {
    return this.#work?.fetched !== undefined;
  }

  /** `isNew`: tokens that nothing was said of yet are shown. */
  follow(work: Work | null, rest: PanelStatus, isNew = false): void {
    if (!work) {
      if (this.#work || !same(rest, this.#rest)) this.#end(rest);
      return;
    }
    const now = this.#work;
    const isSame = now?.what === work.what && now.modelName === work.model?.name && !(work.isOther && !this.#isVisible);
    if (!isSame) this.#begin(work);
    // Beside new tokens a sentence about an older inspection would be wrong.
    if (isNew && this.#rest.kind !== 'ready') this.#showNow();
  }

  #begin({ what, model, isOther }: Work): void {
    const endsRun = isOther && (this.#work?.what === 'running' || this.#work?.endedRun === true);
    this.#work = {
      ...{ kind: 'working', what, fraction: null, modelBytes: model?.bytes ?? null },
      ...(model && { modelName: model.name }),
      ...(model?.server !== undefined && { server: model.server }),
      ...(endsRun && { endedRun: true }),
    };
    // A model that takes the place of another is shown at once.
    if (isOther) this.#showNow();
    else if (this.#isVisible) this.#step();
    else this.#timer ??= setTimeout(() => this.#showNow(), patience);
  }

  #showNow(): void {
    if (!this.#work) return;
    this.#isVisible = true;
    this.#step();
  }

  progress({ stage, fraction, fetched }: Pick<Progress, 'stage' | 'fraction' | 'fetched'>): void {
    if (!this.#work) return;
    const { fetched: _, comparing: __, ...work } = this.#work;
    // How long a comparison takes is not known before.
    const known = stage === 'backend' ? { fraction: null, comparing: true as const } : { fraction };
    this.#work = { ...work, ...known, ...(stage !== 'backend' && fetched && { fetched }) };
    if (!this.#isVisible) return;
    const wait = this.#lastStep + betweenSteps - performance.now();
    // The last step before work stalls is shown too.
    if (wait <= 0) this.#step();
    else this.#timer ??= setTimeout(() => this.#step(), wait);
  }

  #step(): void {
    this.#drop();
    if (!this.#work) return;
    this.#lastStep = performance.now();
    this.show(this.#work);
  }

  #end(rest: PanelStatus): void {
    this.#drop();
    this.#work = null;
    this.#isVisible = false;
    this.#rest = rest;
    this.show(rest);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

const same = (a: PanelStatus, b: PanelStatus): boolean => JSON.stringify(a) === JSON.stringify(b);
