import type { BackendReason, BackendRequest, BackendState } from '../../shared/backend';
import type { Signal } from '../../shared/engine';
import type { WorkerStart } from '../../shared/webWorker';
import type { StartCompute } from './compute';
import type { Model } from './model';

/** Backends beside our kernels, for all of a model or for its layers. */
export interface OtherBackends {
  /** Computes a whole model, for when the kernels give wrong numbers. */
  readonly start: StartCompute;
  /**
   * Moves the layers to the backend that is asked for, or back. Rejects with `EngineError('cancelled')`, or if the
   * model itself cannot be run. Any failure of the backend is a reason to stay on WASM.
   */
  use(model: Model, request: BackendRequest, signal: Signal | undefined): Promise<BackendState>;
  /** Moves the layers back. Resolves once nothing of the model is in use. */
  stop(): Promise<void>;
}

/** `quiet` resolves once the current runs have ended or the signal is aborted. */
export type OpenBackends = (
  surroundings: BackendSurroundings,
  quiet: (signal: Signal) => Promise<void>,
) => OtherBackends;

/** The engine's surroundings, as far as other backends need them. */
export interface BackendSurroundings {
  /** In Node, the process that started this one. */
  readonly host?: HostChannel;
  /** In a browser, the addresses of files. */
  readonly files?: Pick<WorkerStart, 'gpu'>;
  /** The backend changed without a request. */
  changed?(state: BackendState): void;
}

interface HostChannel {
  send?: ((message: unknown) => unknown) | undefined;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

export const onWasm = (reason: BackendReason): BackendState => ({
  backend: 'wasm',
  reason,
  adapter: null,
  agreement: null,
  times: null,
});
