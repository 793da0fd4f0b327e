import type { GpuEnd } from '../../shared/gpu';

/** Why a GPU cannot be used, or not any more. */
export class GpuError extends Error {
  constructor(
    readonly why: GpuEnd | 'lost' | 'too-large' | 'closed',
    message: string,
  ) {
    super(message);
    this.name = 'GpuError';
  }
}
