import type { Port } from '../../../src/shared/enginePort';

/** Two ports that hand messages to each other without copying them. */
export function portPair(): readonly [Port, Port] {
  const [left, right] = [new MemoryPort(), new MemoryPort()];
  left.other = right;
  right.other = left;
  return [left, right];
}

class MemoryPort implements Port {
  other: MemoryPort | null = null;
  readonly #listeners: ((message: unknown) => void)[] = [];

  post(message: unknown): void {
    void Promise.resolve().then(() => this.other?.receive(message));
  }

  receive(message: unknown): void {
    for (const listener of this.#listeners) listener(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listeners.push(listener);
  }
}
