import { parentPort } from 'node:worker_threads';
import { serveThread, type FromThread, type ToThread } from '../../kernels/thread';

// The entry of a thread that runs kernels.
const post = (message: FromThread) => parentPort?.postMessage(message);
const serve = serveThread(post);
parentPort?.on('message', (message: ToThread) => serve(message));
post({ kind: 'ready' });
