import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { EngineError } from '../../../shared/errors';
import type { Thread } from '../platform';
import { workerEntries } from './kernelThread';

/** What a process needs to start. Templates are not trusted, so nothing else is passed on. */
const passedOn = ['PATH', 'SystemRoot', 'TEMP', 'LD_LIBRARY_PATH'];

export const environmentOf = (own: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(passedOn.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]))),
  // An editor's own program is Node only if it is told so.
  ELECTRON_RUN_AS_NODE: '1',
});

/** Whether V8 or Chromium's allocator ended a process for want of memory: Unix shows a signal, Windows a code. */
export const ranOut = (code: number | null, signal: string | null): boolean =>
  ['SIGABRT', 'SIGTRAP', 'SIGILL'].includes(signal ?? '') || [134, 0x80000003, 0xe0000008].includes((code ?? 0) >>> 0);

/**
 * See `Platform`. A thread would not do: one large string in it ends the whole process, whatever the limits of the
 * thread.
 */
export function startChatProcess(): Thread {
  const entry = workerEntries('chatProcess').find((url) => existsSync(url));
  if (!entry) throw new EngineError('internal', 'A part of Vectorscope is missing. Install Vectorscope again.');
  const child = fork(entry, [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Node takes some 50 MiB, and V8 up to twice what it may for one large list: 96 MiB in all.
    execArgv: ['--max-old-space-size=18', '--max-semi-space-size=2'],
    env: environmentOf(process.env),
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.on('error', () => child.pid === undefined && resolve());
  });
  return {
    post: (message) => void child.send(message, () => undefined),
    onMessage: (listener) => void child.on('message', (message) => listener(message as never)),
    onEnd(listener) {
      child
        .on('error', (error) => listener(error.name))
        .on('exit', (code, signal) => listener(`it ended with ${signal ?? code}`, ranOut(code, signal)));
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
