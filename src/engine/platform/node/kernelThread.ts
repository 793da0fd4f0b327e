import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Thread } from '../platform';

/** The places of a script: beside the engine's bundle, or in the build for other bundles and tests. */
export const workerEntries = (name: string): readonly URL[] => [
  new URL(`./${name}.mjs`, import.meta.url),
  new URL(`../node/${name}.mjs`, import.meta.url),
  new URL(`../../../../dist/node/${name}.mjs`, import.meta.url),
];

/** Starts threads: fewer if the system allows no more, none if their script was not built. */
export function startNodeThreads(
  count: number,
  entry: URL | undefined = workerEntries('kernelThread').find((url) => existsSync(url)),
): Thread[] {
  const threads: Thread[] = [];
  try {
    while (entry && threads.length < count) threads.push(startThread(entry));
  } catch {
    // The threads so far are enough.
  }
  return threads;
}

function startThread(entry: URL): Thread {
  const worker = new Worker(entry);
  return {
    post(message) {
      // Only a working thread keeps the process alive.
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
