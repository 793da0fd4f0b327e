import type { Thread } from '../thread';

/** The first message to a worker that is to be a thread of the engine's. */
export interface ThreadStart {
  readonly thread: true;
}

export const isThreadStart = (message: object): message is ThreadStart => 'thread' in message;

/** Threads from the engine's own script, where memory can be shared: nothing else has to be fetched. */
export function startKernelThreads(count: number): Thread[] {
  const threads: Thread[] = [];
  try {
    while (typeof SharedArrayBuffer !== 'undefined' && threads.length < count) threads.push(startThread());
  } catch {
    // What was started is enough.
  }
  return threads;
}

function startThread(): Thread {
  const worker = new Worker(self.location.href);
  worker.postMessage({ thread: true } satisfies ThreadStart);
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void (worker.onmessage = ({ data }) => listener(data)),
    onEnd: (listener) => void (worker.onerror = ({ message }) => listener(message)),
    end: async () => worker.terminate(),
  };
}
