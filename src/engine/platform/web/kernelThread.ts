import type { Thread } from '../platform';

export interface ThreadStart {
  readonly thread: 'kernels' | 'chat';
}

export const isThreadStart = (message: object): message is ThreadStart => 'thread' in message;

/** Starts threads from the engine's own script, if memory can be shared. Nothing else has to be fetched. */
export function startWebThreads(count: number): Thread[] {
  const threads: Thread[] = [];
  try {
    while (typeof SharedArrayBuffer !== 'undefined' && threads.length < count) threads.push(startThread('kernels'));
  } catch {
    // The threads so far are enough.
  }
  return threads;
}

/** See `Platform`. */
export const startChatThread = (): Thread => startThread('chat');

function startThread(thread: ThreadStart['thread']): Thread {
  const worker = new Worker(self.location.href);
  worker.postMessage({ thread } satisfies ThreadStart);
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void (worker.onmessage = ({ data }) => listener(data)),
    onEnd: (listener) => void (worker.onerror = ({ message }) => listener(message, /out of memory/i.test(message))),
    end: async () => worker.terminate(),
  };
}
