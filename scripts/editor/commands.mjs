// Running other programs: found on PATH, output kept for the message when one fails.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The first of the named programs that is on PATH.
 * @param {...string} names
 * @returns {string | undefined} its absolute path
 */
export function which(...names) {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (isExecutable(path)) return path;
      }
    }
  }
  return undefined;
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program to its end. What it prints is shown only when it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, what: string }} options `what` names the step for a person:
 * "Installing …"
 * @returns {Promise<void>}
 */
export function runQuietly(program, args, { cwd, env, what }) {
  return new Promise((resolve, reject) => {
    // Windows runs scripts such as npm.cmd and code.cmd in a shell alone.
    const shell = process.platform === 'win32';
    const quoted = (/** @type {string} */ word) => (shell ? `"${word}"` : word);
    const child = spawn(quoted(program), args.map(quoted), { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    let tail = '';
    const keep = (/** @type {Buffer} */ chunk) => (tail = (tail + chunk.toString()).slice(-3000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => reject(new Error(`${what} failed: ${error.message}.`)));
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${what} failed with exit code ${code}:\n${tail.trim()}`)),
    );
  });
}
