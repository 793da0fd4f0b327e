/** The part of an `AbortSignal` that the engine uses; its own type exists only where there is a DOM or Node. */
export interface Signal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
