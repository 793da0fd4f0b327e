import type { Tensor } from '../onnx/runtime';

/**
 * The calls of the GPU's worker. The caller numbers the sessions. Each call has one object as its argument, whose
 * buffers are moved if possible.
 */
export interface GpuServing {
  /** `null` without an adapter. */
  adapter(): Promise<Outcome<Adapter | null>>;
  /** Announces a graph whose weights follow in parts. */
  begin(request: { readonly session: number; readonly graph: GraphHead }): Promise<Outcome<null>>;
  /** Bytes of a graph's weights from `offset` on. */
  weights(request: {
    readonly session: number;
    readonly offset: number;
    readonly bytes: Uint8Array;
  }): Promise<Outcome<null>>;
  create(request: { readonly session: number }): Promise<Outcome<null>>;
  release(request: { readonly session: number }): Promise<Outcome<null>>;
  /**
   * An input of a later run. Tensors travel one at a time, so that processes that forward them are not blocked for
   * long.
   */
  give(request: { readonly run: number; readonly name: string; readonly tensor: Tensor }): Promise<Outcome<null>>;
  run(request: {
    readonly run: number;
    readonly session: number;
    readonly outputs: readonly string[];
  }): Promise<Outcome<null>>;
  /** An output of a finished run, once. */
  take(request: { readonly run: number; readonly name: string }): Promise<Outcome<Tensor>>;
}

export interface Adapter {
  /** The browser's name, or `null`. */
  readonly name: string | null;
  /** Whether a program on the processor emulates it. */
  readonly software: boolean;
}

export interface GpuCalling {
  /** The device is lost, and all sessions with it. */
  lost(): void;
}

export interface GraphHead {
  readonly model: Uint8Array;
  readonly externalName: string;
  readonly external: readonly { readonly offset: number; readonly byteLength: number }[];
}

/** Some channels cannot carry errors, so they travel as values. */
export type Outcome<T> = { readonly result: T } | { readonly error: string };
