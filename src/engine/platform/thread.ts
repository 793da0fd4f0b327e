/** A channel to a thread of the engine. The kernels define the messages. */
export interface Thread {
  /** A thread keeps the process alive only during work, so the kind of message matters. */
  post<Message extends { readonly kind: string }>(message: Message): void;
  /** Sets the one listener, called for every message in order. */
  onMessage<Message>(listener: (message: Message) => void): void;
  /** Called once when the thread has ended or could not be started. */
  onEnd(listener: (why: string) => void): void;
  end(): Promise<void>;
}
