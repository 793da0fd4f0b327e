import { parentPort } from 'node:worker_threads';
import { workThrough, type RowsWork } from '../stored/rowsWork';

// The entry of a thread that works through stored rows: one answer to every piece of work, in its order.
parentPort?.on('message', (work: RowsWork) => {
  const done = workThrough(work);
  parentPort?.postMessage(done, [done.measured?.sizes, done.measured?.sum, done.products].flatMap((array) => (array ? [array.buffer] : [])));
});
