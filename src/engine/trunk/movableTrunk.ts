import { isCancelled } from '../../shared/errors';
import type { Entrance } from './entrance';
import { GpuError } from './gpuError';
import { NotFinite } from './residuals';
import type { HomeTrunk, Replay, Trunk, TrunkControl, TrunkStore } from './trunk';

/**
 * The layers where they were loaded, or elsewhere as long as that works: what fails there is run again here, so that no
 * run is lost.
 */
export class MovableTrunk implements Trunk {
  #away: Trunk | null = null;
  /** The text that was run last. */
  #ids: ArrayLike<number> = [];

  constructor(readonly home: HomeTrunk) {}

  get entrance(): Entrance {
    return this.home.entrance;
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
      // A text that was run elsewhere is not known here. One that is costs nothing.
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
        // Where the layers were moved meanwhile, those that ran may have been given back in the middle of the run.
        const isMoved = this.#away !== away;
        // Numbers that are not finite here either are the model's own.
        if (isCancelled(error) || (!(error instanceof GpuError) && !(error instanceof NotFinite) && !isMoved))
          throw error;
        if (!isMoved && error instanceof GpuError && error.why !== 'too-large') this.#away = null;
      }
    }
    return work(this.home);
  }
}
