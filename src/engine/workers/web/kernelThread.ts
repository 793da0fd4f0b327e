import { serveThread, type FromThread, type ToThread } from '../../kernels/thread';

/** Makes this worker a kernel thread. */
export function beThread(scope: DedicatedWorkerGlobalScope): void {
  const post = (message: FromThread) => scope.postMessage(message);
  const serve = serveThread(post);
  scope.addEventListener('message', ({ data }: MessageEvent<ToThread>) => serve(data));
  post({ kind: 'ready' });
}
