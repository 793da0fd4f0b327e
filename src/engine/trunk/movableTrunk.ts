import { isCancelled } from '../../shared/errors';
import type { InputEmbedding } from './inputEmbedding';
import { NotFinite } from './residuals';
import type { HomeTrunk, Replay, Trunk, TrunkControl, TrunkStore } from './trunk';

/**
 * Runs the layers where they were loaded (`home`) or elsewhere (`away`). A run that fails elsewhere
 * is repeated at home.
 */
export class MovableTrunk implements Trunk {
  #away: Trunk | null = null;
  /** The ids of the last run. */
  #ids: ArrayLike<number> = [];

  constructor(readonly home: HomeTrunk) {}

  get inputEmbedding(): InputEmbedding {
    return this.home.inputEmbedding;
  }

  moveTo(away: Trunk): void {
    this.#away = away;
  }

  moveBack(): void {
    this.#away = null;
  }

  run(ids: ArrayLike<number>, control: TrunkControl): Promise<TrunkStore> {
    this.#ids = ids;
    return this.#orHome((trunk) => trunk.run(ids, control));
  }

  replay(first: number, vectors: Float32Array, control: TrunkControl = {}): Promise<Replay> {
    return this.#orHome(async (trunk) => {
      // Home may not know a text that ran elsewhere. Running a known text again costs nothing.
      if (trunk === this.home) await trunk.run(this.#ids, control);
      return trunk.replay(first, vectors, control);
    });
  }

  async #orHome<T>(work: (trunk: Trunk) => Promise<T>): Promise<T> {
    const away = this.#away;
    if (away) {
      try {
        return await work(away);
      } catch (error) {
        // If the layers were moved during the run, its sessions may have been released.
        const isMoved = this.#away !== away;
        // If the repeated run is not finite either, the model is at fault.
        if (isCancelled(error) || (!(error instanceof AwayError) && !(error instanceof NotFinite) && !isMoved))
          throw error;
        if (!isMoved && error instanceof AwayError && error.isGone) this.#away = null;
      }
    }
    return work(this.home);
  }
}

/** The layers elsewhere cannot run a text. If they are gone, they will run no other either. */
export class AwayError extends Error {
  constructor(
    message: string,
    readonly isGone: boolean,
  ) {
    super(message);
  }
}
