import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { EngineError } from '../../../shared/errors';
import type { Thread } from '../platform';
import { entriesOf } from './kernelThread';

/**
 * See `Platform`. A thread would not do: one large string in it ends the whole process, whatever the limits of the
 * thread.
 */
export function startChatProcess(): Thread {
  const entry = entriesOf('chatProcess').find((url) => existsSync(url));
  if (!entry) throw new EngineError('internal', 'A part of Vectorscope is missing. Install Vectorscope again.');
  const child = fork(entry, [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--max-old-space-size=56', '--max-semi-space-size=2'],
    // An editor's own program is Node only if it is told so.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.on('error', () => child.pid === undefined && resolve());
  });
  return {
    post: (message) => void child.send(message, () => undefined),
    onMessage: (listener) => void child.on('message', (message) => listener(message as never)),
    onEnd(listener) {
      child.on('error', (error) => listener(error.name)).on('exit', () => listener('it ended'));
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
