import type { Tensor } from '../onnx/runtime';

/**
 * What the GPU's worker does. Sessions are named by numbers that the caller makes up. A call has one object, in which
 * buffers that can be moved are found.
 */
export interface GpuServing {
  /** null where there is no adapter. */
  adapter(): Promise<Outcome<Adapter | null>>;
  /** A graph whose weights come in parts. */
  begin(asked: { readonly session: number; readonly graph: GraphHead }): Promise<Outcome<null>>;
  /** Bytes of the weights of a graph, from `offset` on. */
  weights(asked: {
    readonly session: number;
    readonly offset: number;
    readonly bytes: Uint8Array;
  }): Promise<Outcome<null>>;
  create(asked: { readonly session: number }): Promise<Outcome<null>>;
  /** Gives back what a session holds. */
  release(asked: { readonly session: number }): Promise<Outcome<null>>;
  /**
   * Tensors come and go one at a time, so that nobody who hands them on has to stop for long: an input of a run that is
   * to come, …
   */
  give(asked: { readonly run: number; readonly name: string; readonly tensor: Tensor }): Promise<Outcome<null>>;
  run(asked: {
    readonly run: number;
    readonly session: number;
    readonly outputs: readonly string[];
  }): Promise<Outcome<null>>;
  /** … and an output of one that has been, once. */
  take(asked: { readonly run: number; readonly name: string }): Promise<Outcome<Tensor>>;
}

export interface Adapter {
  /** As the browser names it; null where it does not. */
  readonly name: string | null;
  /** It is a program on the processor. */
  readonly software: boolean;
}

/** What it says unasked. */
export interface GpuCalling {
  /** The device is gone, and all sessions with it. */
  lost(): void;
}

export interface GraphHead {
  readonly model: Uint8Array;
  readonly externalName: string;
  readonly external: readonly { readonly offset: number; readonly byteLength: number }[];
}

/** Errors do not cross every port, so they go as values. */
export type Outcome<T> = { readonly result: T } | { readonly error: string };
