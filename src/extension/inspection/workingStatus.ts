import type { Progress } from '../../shared/engine';
import type { PanelStatus, UpcomingModel } from '../../shared/panel';

type Working = Extract<PanelStatus, { kind: 'working' }>;

/**
 * Work that is done sooner shows no progress, so that nothing flashes. After 200 ms without a sign a person wonders
 * whether anything happens. Milliseconds.
 */
export const patience = 150;
/** At most 20 steps of progress a second. Milliseconds. */
const betweenSteps = 50;

/** The panel's status: what rests there, and the work above it once that has taken a while. */
export class WorkingStatus {
  #work: Working | null = null;
  #rest: PanelStatus = { kind: 'empty' };
  /** Why the newest inspection was refused, and what rested there before. */
  #refusal: { readonly refused: PanelStatus; readonly before: PanelStatus } | null = null;
  #visible = false;
  #timer: NodeJS.Timeout | undefined;
  #lastStep = 0;
  #nextStep: NodeJS.Timeout | undefined;

  constructor(private readonly show: (status: PanelStatus) => void) {}

  get resting(): PanelStatus {
    return this.#rest;
  }

  /** The status after the present work is cancelled. */
  get cancelled(): PanelStatus {
    return { kind: 'cancelled', ...(this.#work?.fetched && { fetching: true }) };
  }

  /** `isOther`: a model is loaded in the place of another, which is shown at once. */
  begin(what: Working['what'], model: UpcomingModel | null = null, isOther = false): void {
    const endsRun = isOther && (this.#work?.what === 'running' || this.#work?.endedRun === true);
    this.#work = {
      kind: 'working',
      what,
      fraction: null,
      modelBytes: model?.bytes ?? null,
      ...(model && { modelName: model.name }),
      ...(model?.server !== undefined && { server: model.server }),
      ...(endsRun && { endedRun: true }),
    };
    if (isOther) this.showNow();
    if (this.#visible) this.show(this.#work);
    else this.#timer ??= setTimeout(() => this.showNow(), patience);
  }

  /** Shows the work although it has only begun. */
  showNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#visible || !this.#work) return;
    this.#visible = true;
    this.show(this.#work);
  }

  progress({ stage, fraction, fetched }: Pick<Progress, 'stage' | 'fraction' | 'fetched'>): void {
    if (!this.#work) return;
    const { fetched: _, comparing: __, ...work } = this.#work;
    // How long a comparison takes is not known before.
    this.#work =
      stage === 'backend'
        ? { ...work, fraction: null, comparing: true }
        : { ...work, fraction, ...(fetched && { fetched }) };
    if (!this.#visible) return;
    const wait = this.#lastStep + betweenSteps - performance.now();
    // The last step before work stalls is shown too.
    if (wait <= 0) this.#step();
    else this.#nextStep ??= setTimeout(() => this.#step(), wait);
  }

  #step(): void {
    this.#dropStep();
    if (!this.#work) return;
    this.#lastStep = performance.now();
    this.show(this.#work);
  }

  #dropStep(): void {
    clearTimeout(this.#nextStep);
    this.#nextStep = undefined;
  }

  /** Ends the work; without an argument what rested there before comes back. */
  end(status: PanelStatus = this.#rest): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dropStep();
    this.#work = null;
    if (!this.#visible && status === this.#rest) return;
    this.#visible = false;
    this.#rest = status;
    this.show(status);
  }

  /** Says why nothing was inspected. */
  refuse(message: string, help: 'sample' | null = null): void {
    const before = this.#refusal?.refused === this.#rest ? this.#refusal.before : this.#rest;
    const refused: PanelStatus = { kind: 'failed', message, help };
    this.#refusal = { refused, before };
    this.end(refused);
  }

  /** Something else was done since: what was said of a refused inspection goes. */
  forgetRefusal(): void {
    if (this.#refusal?.refused === this.#rest) this.end(this.#refusal.before);
    this.#refusal = null;
  }
}
