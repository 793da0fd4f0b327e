import { callOf } from '../../../shared/engine';
import { serveEngine } from '../../../shared/enginePort';
import type { WorkerNote } from '../../../shared/engineProcess';
import { trace } from '../../../shared/trace';
import { localEngine } from '../../localEngine';
import { machineMemory } from '../../model/memory';
import { memoryNotes } from '../memoryNotes';
import { endWithParent } from './watchdog';

// The entry of the worker process: the engine behind the channel to its parent.
const send = process.send?.bind(process);
if (!send) throw new Error('The worker was started as a program; start it with an IPC channel.');
const note = (said: WorkerNote) => send(said);

const noteMemory = memoryNotes(() => process.memoryUsage.rss(), note);

const engine = localEngine(machineMemory, { host: process, changed: (backend) => note({ backend }) });
serveEngine(callOf(engine), {
  post: (message) => {
    send(message);
    noteMemory();
  },
  onMessage: (listener) => process.on('message', listener),
});
// The first note tells the owner that the engine has started: if the first call hangs, the start is not to blame.
note({ memory: process.memoryUsage.rss() });
process.on('disconnect', () => process.exit());
// Before the first call computes, and not before the engine can receive it.
process.once('message', () => endWithParent());
process.on('uncaughtException', (error) => {
  note({ failure: trace(error) });
  process.exitCode = 1;
  process.disconnect();
});
