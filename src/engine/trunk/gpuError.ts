import type { GpuEnd } from '../../shared/gpu';

/** The GPU cannot be used, or no longer. */
export class GpuError extends Error {
  constructor(
    readonly why: GpuEnd | 'lost' | 'too-large' | 'closed',
    message: string,
  ) {
    super(message);
    this.name = 'GpuError';
  }
}
