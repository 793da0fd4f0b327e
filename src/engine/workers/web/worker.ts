import type { BackendState } from '../../../shared/backend';
import { callOf } from '../../../shared/engine';
import { serveEngine } from '../../../shared/enginePort';
import type { WorkerNote } from '../../../shared/engineProcess';
import { trace } from '../../../shared/trace';
import type { WorkerStart } from '../../../shared/webWorker';
import { answerRender, type FromRenderer, type ToRenderer } from '../../chat/answer';
import { serveThread, type FromThread, type ToThread } from '../../kernels/thread';
import { isThreadStart, type ThreadStart } from '../../platform/web/kernelThread';
import { begin } from '../../platform/web/platform';
import { memoryNotes } from '../memoryNotes';
import { memoryTaken, watchMemories } from './memoryTaken';
import { askForModel, WebEngine } from './webEngine';

// The entry of the Web Worker: serves the engine once the first message has named its files.
const scope = self as DedicatedWorkerGlobalScope;
const note = (said: WorkerNote) => scope.postMessage(said);
const fail = (error: unknown) =>
  note({ failure: error instanceof Error ? trace(error) : 'something that is no error' });
scope.addEventListener('unhandledrejection', ({ reason }) => fail(reason));
scope.addEventListener(
  'message',
  ({ data }: MessageEvent<WorkerStart | ThreadStart>) =>
    isThreadStart(data) ? threads[data.thread](scope) : void start(data).catch(failToStart),
  { once: true },
);

/** Nobody would answer calls, so the owner must learn of the failure. */
function failToStart(error: unknown): void {
  fail(error);
  reportError(error);
}

async function start({ models, ranks, ...files }: WorkerStart): Promise<void> {
  // Calls may arrive before the files are known.
  const early: unknown[] = [];
  let listener = (message: unknown): void => void early.push(message);
  scope.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data));
  begin({ ranks });
  // Before the runtime makes its memory.
  watchMemories();
  const noteMemory = memoryNotes(memoryTaken, note);
  const surroundings = { files, changed: (backend: BackendState) => note({ backend }) };
  serveEngine(callOf(new WebEngine(models, askForModel, surroundings).engine), {
    post: (message, transfer = []) => {
      scope.postMessage(message, transfer);
      noteMemory();
    },
    onMessage: (listen) => void (listener = listen),
  });
  // As in Node's process: tells the owner that the engine has started.
  note({ memory: memoryTaken() });
  for (const message of early) listener(message);
}

/** Makes this worker a kernel thread. */
function beThread(scope: DedicatedWorkerGlobalScope): void {
  const post = (message: FromThread) => scope.postMessage(message);
  const serve = serveThread(post);
  scope.addEventListener('message', ({ data }: MessageEvent<ToThread>) => serve(data));
  post({ kind: 'ready' });
}

/** Makes this worker the renderer of one conversation. */
function beRenderer(scope: DedicatedWorkerGlobalScope): void {
  const post = (message: FromRenderer) => scope.postMessage(message);
  scope.addEventListener('message', ({ data }: MessageEvent<ToRenderer>) => void answerRender(data).then(post));
  post({ kind: 'ready' });
}

const threads = { kernels: beThread, chat: beRenderer };
