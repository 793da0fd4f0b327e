import { EventEmitter } from 'node:events';
import type { WorkerProcess } from '../../../src/extension/engineWorker';
import type { Call } from '../../../src/shared/engine';
import { serveEngine, type Port } from '../../../src/shared/enginePort';
import type { WorkerNote } from '../../../src/shared/engineProcess';
import type { GpuDown, GpuUp } from '../../../src/shared/gpu';
import { portPair } from './portPair';

/** A process in memory that serves an engine until it is ended. */
export class FakeProcess implements WorkerProcess {
  terminated = false;
  stopped = false;
  readonly toGpu: GpuUp[] = [];
  readonly #events = new EventEmitter();
  readonly #near: Port;

  constructor(call: Call) {
    const [near, far] = portPair();
    this.#near = near;
    serveEngine(call, far);
  }

  post(message: unknown): void {
    if (!this.terminated && !this.stopped) this.#near.post(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#near.onMessage((message) => !this.terminated && listener(message));
  }

  onNote(listener: (note: WorkerNote) => void): void {
    this.#events.on('note', listener);
  }

  onEnd(listener: (how: string) => void): void {
    this.#events.on('end', listener);
  }

  readonly gpu = {
    post: (message: GpuUp) => void this.toGpu.push(message),
    onMessage: (listener: (message: GpuDown) => void) => void this.#events.on('gpu', listener),
  };

  fromGpu(message: GpuDown): void {
    this.#events.emit('gpu', message);
  }

  note(note: WorkerNote): void {
    this.#events.emit('note', note);
  }

  end(how: string): void {
    this.terminated = true;
    this.#events.emit('end', how);
  }

  /** What the process takes to end. */
  ending: Promise<void> = Promise.resolve();

  async terminate(): Promise<void> {
    if (!this.terminated) this.end('ended on purpose');
    await this.ending;
  }

  /** Nothing that is posted from now on is heard. */
  stop(): void {
    this.stopped = true;
  }
}
