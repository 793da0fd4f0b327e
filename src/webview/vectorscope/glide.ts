import { cameraBetween, type Camera } from './camera';
import type { ArrowPlace, ArrowPlaces } from './geometry';

/** Milliseconds. */
const duration = 350;

const eased = (share: number): number => 1 - (1 - share) ** 3;

interface Motion {
  readonly start: number;
  readonly from: ArrowPlaces & { readonly camera: Camera };
}

/** The places of all tokens as they are drawn. A change of the axis moves them there smoothly. */
export class Glide implements ArrowPlaces {
  #up: Float32Array = new Float32Array();
  #across: Float32Array = new Float32Array();
  #motion: Motion | null = null;

  get up(): Float32Array {
    return this.#up;
  }

  get across(): Float32Array {
    return this.#across;
  }

  placeOf(id: number): ArrowPlace {
    return { up: this.#up[id] as number, across: this.#across[id] as number };
  }

  /** Starts at the present places and at `camera`. */
  start(camera: Camera): void {
    this.#motion = { start: performance.now(), from: { up: this.#up.slice(), across: this.#across.slice(), camera } };
  }

  stop(): void {
    this.#motion = null;
  }

  /** Moves the tokens towards the geometry. Returns the camera on its way, `null` when they are there. */
  step({ up, across }: ArrowPlaces, camera: Camera, now: number): Camera | null {
    const share = this.#motion ? eased(Math.min(1, Math.max(0, (now - this.#motion.start) / duration))) : 1;
    if (!this.#motion || share >= 1) {
      this.#motion = null;
      this.#up = up;
      this.#across = across;
      return null;
    }
    const { from } = this.#motion;
    // The arrays of a geometry are never written.
    if (this.#up === up || this.#up.length !== up.length || this.#up === from.up)
      [this.#up, this.#across] = [new Float32Array(up.length), new Float32Array(up.length)];
    for (let id = 0; id < up.length; id++) {
      this.#up[id] = (from.up[id] as number) + ((up[id] as number) - (from.up[id] as number)) * share;
      this.#across[id] = (from.across[id] as number) + ((across[id] as number) - (from.across[id] as number)) * share;
    }
    return cameraBetween(from.camera, camera, share);
  }
}
