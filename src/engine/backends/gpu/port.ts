import type { GpuEnd } from '../../../shared/gpu';
import { AwayError } from '../../trunk/movableTrunk';

export interface GpuPort {
  /** Moves the buffers in `transfer` if the channel can, else copies them. */
  post(message: unknown, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, if no worker can be had or it has ended. `message` is for the log. */
  onEnd(listener: (why: GpuEnd, message?: string) => void): void;
  /** Ends the worker, which frees its memory. */
  close(): void;
  /** The largest message, in bytes, that does not block the processes that forward it. */
  readonly mostBytes: number;
}

/** The GPU cannot be used, or can no longer be used. */
export class GpuError extends AwayError {
  constructor(
    readonly why: GpuEnd | 'lost' | 'too-large' | 'closed',
    message: string,
  ) {
    super(message, why !== 'too-large');
    this.name = 'GpuError';
  }
}
