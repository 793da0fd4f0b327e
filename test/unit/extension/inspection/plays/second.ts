import type { Rig } from './rig';
import { cutOf } from './shown';

/** What must become of a second model. */
export class Second {
  /** The one that must be there again once all has ended: the next one could not be loaded. */
  comesBack: string | null = null;
  /** The cut of the text that was shown when that failed: what is said of it goes with the next text. */
  #failedAt: number | null = null;
  /** The one that was there when another was asked for. */
  #beside: { readonly path: string; readonly life: number } | null = null;
  /** The first model, and the second one that is shown or would come back with it. */
  #pair: { readonly first: string | null; readonly second: string | null; readonly isBusy: boolean } = {
    ...{ first: null, second: null, isBusy: false },
  };

  /** Another is wanted. If it cannot be loaded, the one before comes back. */
  compares({ state: { both }, pretended: { life } }: Rig): void {
    this.ends();
    this.#beside = both.other && { path: both.other.info.name, life };
  }

  /** Nothing is known of the one that must be there. */
  forgets(): void {
    this.comesBack = this.#beside = null;
  }

  /** The user has ended the comparison, so nothing needs to be said of its end. */
  ends(): void {
    this.forgets();
    this.#pair = { ...this.#pair, second: null };
  }

  /** Another text is shown, or none: the sentence about the failure may be gone. */
  isShownAgain(): void {
    this.#failedAt = NaN;
  }

  /** A load has failed: of the second model, or of the first one that it waits for. */
  failed({ pretended: { life }, controller, state }: Rig, isOther: boolean): void {
    this.#failedAt = cutOf(state);
    const before = isOther && life === this.#beside?.life ? this.#beside.path : null;
    this.comesBack = this.comesBack === null && controller.comparedWith === null ? before : null;
    this.#beside = null;
  }

  /** When the first model is left for another, the panel says that the comparison has ended. */
  *faults({ state, pretended: { pending } }: Rig): Generator<string> {
    const { model, both, loaded } = state;
    if (cutOf(state) !== this.#failedAt) this.isShownAgain();
    // It says so once the second model is released.
    if (pending.some(({ name }) => name === 'releaseOther')) return;
    const { first, second, isBusy } = this.#pair;
    // The two may have been too much for an engine that ends while both run.
    const isGone = !isBusy && !loaded && model?.name === first && both.working === null && both.failure === null;
    this.#pair = {
      first: model?.name ?? null,
      second: both.other?.info.name ?? (isGone ? second : null),
      isBusy: both.other !== null && both.working !== null,
    };
    if (second !== null && first !== model?.name && !both.other && both.failure === null && both.working === null)
      yield 'a comparison has ended with its first model, which nothing says';
  }

  *faultsAtRest({ controller: { comparedWith }, pretended, state }: Rig): Generator<string> {
    const { both } = state;
    if (comparedWith !== (both.other?.info.name ?? null)) yield 'another second model is named than is shown';
    if (comparedWith !== null && comparedWith !== pretended.other)
      yield 'a second model is shown that the engine has not';
    if (comparedWith === null && pretended.other !== null) yield 'the engine holds a second model that nothing shows';
    if (this.comesBack === null) return;
    if (comparedWith !== this.comesBack)
      yield 'the second model before did not come back after the next one had failed';
    if (this.#failedAt === cutOf(state) && both.failure === null) yield 'a second model has failed, which nothing says';
  }
}
