import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Thread } from '../thread';

/**
 * The threads' entry beside the engine's bundle; a program that is bundled elsewhere, and tests, find it in the build.
 */
const entries = [
  new URL('./kernelThread.mjs', import.meta.url),
  new URL('../node/kernelThread.mjs', import.meta.url),
  new URL('../../../../dist/node/kernelThread.mjs', import.meta.url),
];

/** Threads of this process: fewer where the system gives no more, and none where their entry was not built. */
export function startKernelThreads(
  count: number,
  entry: URL | undefined = entries.find((url) => existsSync(url)),
): Thread[] {
  const threads: Thread[] = [];
  try {
    while (entry && threads.length < count) threads.push(startThread(entry));
  } catch {
    // What was started is enough.
  }
  return threads;
}

function startThread(entry: URL): Thread {
  const worker = new Worker(entry);
  return {
    post(message) {
      // A thread without work does not keep the process alive; one that works does.
      if (message.kind === 'work') worker.ref();
      worker.postMessage(message);
    },
    onMessage(listener) {
      worker.removeAllListeners('message').on('message', (message) => {
        worker.unref();
        listener(message);
      });
    },
    onEnd(listener) {
      worker.removeAllListeners('error').removeAllListeners('exit');
      worker.on('error', (error) => listener(String(error))).on('exit', () => listener('it ended'));
    },
    async end() {
      await worker.terminate();
    },
  };
}
