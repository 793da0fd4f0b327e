import { MovableTrunk } from '../../trunk/movableTrunk';
import type { HomeTrunk } from '../../trunk/trunk';
import { PositionStore, type AboutText, type LoadedModel } from '../positions';
import { RunStore } from '../runStore';

/**
 * The trunk of text B, beside the one of the inspected text. It keeps the last B that was run, with its measurements,
 * and stays where the layers were loaded when those of A move elsewhere.
 */
export class OtherText {
  #kept: { readonly trunk: HomeTrunk; readonly loaded: LoadedModel } | undefined;

  /** The model as B sees it. Its runs have a list of their own, so that B's do not displace A's. */
  of({ model }: LoadedModel): LoadedModel {
    if (!this.#kept) {
      const trunk = model.trunk.home.fresh();
      const own = { model: model.withLayers(new MovableTrunk(trunk)), positions: new PositionStore() };
      this.#kept = { trunk, loaded: { ...own, runs: new RunStore() } };
    }
    return this.#kept.loaded;
  }

  end(): void {
    this.#kept?.trunk.release();
    this.#kept = undefined;
  }
}

/** A model whose text can be compared with another one. */
export interface WithOther extends LoadedModel {
  readonly otherText: OtherText;
}

/** Answers a question about the inspected text, A, and another one. */
export type AboutTwoTexts<Question, Answer> = AboutText<Question, Answer, WithOther>;
