import { MovableTrunk } from '../../trunk/movableTrunk';
import { PositionStore, type AboutText, type LoadedModel } from '../positions';
import { RunStore } from '../runStore';

/**
 * The trunk of text B, beside the one of the inspected text. It keeps the last B that was run, with its measurements,
 * and stays where the layers were loaded when those of A move elsewhere.
 */
export class OtherTextRun {
  #loaded: LoadedModel | undefined;

  /** The model as B sees it. Its runs have a list of their own, so that B's do not displace A's. */
  of({ model }: LoadedModel): LoadedModel {
    return (this.#loaded ??= {
      model: model.withLayers(new MovableTrunk(model.trunk.home.fresh())),
      positions: new PositionStore(),
      runs: new RunStore(),
    });
  }

  end(): void {
    this.#loaded?.model.trunk.home.release();
    this.#loaded = undefined;
  }
}

/** A model whose text can be compared with another one. */
export interface WithOther extends LoadedModel {
  readonly otherText: OtherTextRun;
}

/** Answers a question about the inspected text, A, and another one. */
export type AboutTwoTexts<Question, Answer> = AboutText<Question, Answer, WithOther>;
