/** The way to a thread of the engine's. What is said on it is the kernels' affair. */
export interface Thread {
  /** A thread is kept alive while it works, so the place has to know which messages are work. */
  post<Message extends { readonly kind: string }>(message: Message): void;
  /** One listener; called for every message in its order. */
  onMessage<Message>(listener: (message: Message) => void): void;
  /** Told once when the thread is gone, or could not be started. */
  onEnd(listener: (why: string) => void): void;
  end(): Promise<void>;
}
