import { serveEngine } from '../../shared/enginePort';
import { trace } from '../../shared/trace';
import type { WorkerFailure, WorkerStart } from '../../shared/webWorker';
import { begin } from './platform';
import { WebEngine } from './webEngine';

// The entry of the Web Worker: the engine behind its port, once the first message has said where its files are.
const scope = self as DedicatedWorkerGlobalScope;
const fail = (error: unknown) => scope.postMessage({ failure: error instanceof Error ? trace(error) : 'something that is no error' } satisfies WorkerFailure);
scope.addEventListener('unhandledrejection', ({ reason }) => fail(reason));
scope.addEventListener('message', ({ data }: MessageEvent<WorkerStart>) => void start(data).catch(failToStart), { once: true });

/** Nobody would answer: the owner hears of an end. */
function failToStart(error: unknown): void {
  fail(error);
  reportError(error);
}

async function start({ models, ...files }: WorkerStart): Promise<void> {
  // Calls may come before the files are there.
  const early: unknown[] = [];
  let listener = (message: unknown): void => void early.push(message);
  scope.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data));
  await begin(files);
  serveEngine(new WebEngine(models), {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    onMessage: (listen) => void (listener = listen),
  });
  for (const message of early) listener(message);
}
