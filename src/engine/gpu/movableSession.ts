import type { Session, Tensor } from '../runtime';
import { GpuError } from './gpu';

/** A session that may run elsewhere as long as that works: what fails there is run again here, so that no run is lost. */
export class MovableSession implements Session {
  #away: Session | null = null;

  constructor(readonly own: Session) {}

  moveTo(away: Session): void {
    this.#away = away;
  }

  moveBack(): void {
    this.#away = null;
  }

  async run(inputs: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<Record<string, Tensor>> {
    const away = this.#away;
    if (away) {
      try {
        return await away.run(inputs, outputs);
      } catch (error) {
        if (!(error instanceof GpuError)) throw error;
        if (error.why !== 'too-large') this.#away = null;
      }
    }
    return this.own.run(inputs, outputs);
  }

  async release(): Promise<void> {
    this.#away = null;
    await this.own.release();
  }
}
