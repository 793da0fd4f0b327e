// A child process with all that it starts: it and its children end together, and at the latest when this process does.
import { spawn } from 'node:child_process';
import { detached, endGroup } from './groups.mjs';

/**
 * @typedef {{ child: import('node:child_process').ChildProcess, exited: Promise<void>, tail(): string, stop():
 * Promise<void> }} Group
 */

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv }} options
 * @returns {Group}
 */
export function startGroup(program, args, { env }) {
  // A group of its own, since the server's children do not all end with it.
  const child = spawn(program, args, { env, detached, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  const keep = (/** @type {Buffer} */ chunk) => (tail = (tail + chunk.toString()).slice(-4000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const kill = (/** @type {NodeJS.Signals} */ signal) => endGroup(child.pid, signal);
  const atExit = () => kill('SIGKILL');
  process.on('exit', atExit);
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) => {
    child.on('error', (error) => {
      tail += error.message;
      resolve();
    });
    child.on('exit', () => resolve());
  });
  return {
    child,
    exited,
    tail: () => tail.trim(),
    async stop() {
      kill('SIGTERM');
      const impatient = setTimeout(() => kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(impatient);
      kill('SIGKILL');
      process.off('exit', atExit);
    },
  };
}

/** A signal ends a process without its exit handlers, which end the groups; with this it does not. */
export function endAllWhenInterrupted() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.once(signal, () => process.exit(130));
}
