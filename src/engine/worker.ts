import { parentPort, type TransferListItem } from 'node:worker_threads';
import { serveEngine } from '../shared/enginePort';
import { LocalEngine } from './localEngine';

// The worker's entry: the engine behind the port of its parent.
const port = parentPort;
if (!port) throw new Error('The worker was started as a program; start it as a worker thread.');
serveEngine(new LocalEngine(), {
  post: (message, transfer) => port.postMessage(message, transfer as readonly TransferListItem[] | undefined),
  onMessage: (listener) => port.on('message', listener),
});
