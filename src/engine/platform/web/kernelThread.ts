import type { Thread } from '../platform';

export interface ThreadStart {
  readonly thread: true;
}

export const isThreadStart = (message: object): message is ThreadStart => 'thread' in message;

/** Starts threads from the engine's own script, if memory can be shared. Nothing else has to be fetched. */
export function startKernelThreads(count: number): Thread[] {
  const threads: Thread[] = [];
  try {
    while (typeof SharedArrayBuffer !== 'undefined' && threads.length < count) threads.push(startThread());
  } catch {
    // The threads so far are enough.
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
