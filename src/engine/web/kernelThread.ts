import type { KernelThread } from '../kernels/team';
import { serveThread, type FromThread, type ToThread } from '../kernels/thread';

/** The first message to a worker that is to be a thread of the engine's. */
export interface ThreadStart {
  readonly thread: true;
}

export const isThreadStart = (message: object): message is ThreadStart => 'thread' in message;

/** Threads from the engine's own script, where memory can be shared: nothing else has to be fetched. */
export function startKernelThreads(count: number): KernelThread[] {
  const threads: KernelThread[] = [];
  try {
    while (typeof SharedArrayBuffer !== 'undefined' && threads.length < count) threads.push(startThread());
  } catch {
    // What was started is enough.
  }
  return threads;
}

function startThread(): KernelThread {
  const worker = new Worker(self.location.href);
  worker.postMessage({ thread: true } satisfies ThreadStart);
  return {
    post: (message: ToThread) => worker.postMessage(message),
    onMessage: (listener) => void (worker.onmessage = ({ data }: MessageEvent<FromThread>) => listener(data)),
    onEnd: (listener) => void (worker.onerror = ({ message }) => listener(message)),
    end: async () => worker.terminate(),
  };
}

/** Makes this worker a thread. */
export function beThread(scope: DedicatedWorkerGlobalScope): void {
  const post = (message: FromThread) => scope.postMessage(message);
  const serve = serveThread(post);
  scope.addEventListener('message', ({ data }: MessageEvent<ToThread>) => serve(data));
  post({ kind: 'ready' });
}
