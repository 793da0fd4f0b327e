import type { GpuEnd } from '../../shared/gpu';

/** The way to the GPU's worker, wherever it lives. */
export interface GpuPort {
  /** `transfer` is moved where the way can move buffers, else copied. */
  post(message: unknown, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Told once, when there is no worker or none any more; `message` says more for the log. */
  onEnd(listener: (why: GpuEnd, message?: string) => void): void;
  /** Ends the worker and gives its memory back. */
  close(): void;
  /** Bytes that a message may carry without holding up whoever hands it on. */
  readonly mostBytes: number;
}

/** Finds the way to a GPU; null where there is none. */
export type OpenGpu = () => GpuPort | null;
