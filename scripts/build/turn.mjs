// One process after another does a work, so that twenty builds at once do not each compile the same.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs a work when no other process runs one of the same name. The turn is an address that a process listens at: the
 * system gives it back however that process ends, and those that wait are told at once, since their connections close.
 * It saves work and protects nothing: who has waited for long (a stopped process keeps its turn), or cannot listen
 * here, goes on without.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {number} [patience] milliseconds
 * @returns {Promise<T>}
 */
export async function inTurn(name, work, patience = 120_000) {
  const address = addressOf(name);
  const deadline = Date.now() + patience;
  let giveBack = await take(address);
  while (!giveBack && Date.now() < deadline) {
    await untilGivenBack(address, deadline - Date.now());
    giveBack = await take(address);
  }
  try {
    return await work();
  } finally {
    giveBack?.();
  }
}

/**
 * @param {string} name
 * @param {string} [platform]
 */
export function addressOf(name, platform = process.platform) {
  const id = `vectorscope-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  if (platform === 'win32') return `\\\\.\\pipe\\${id}`;
  // Linux has addresses that are no files.
  return platform === 'linux' ? `\0${id}` : join(tmpdir(), `${id}.sock`);
}

/**
 * @param {string} address
 * @returns {Promise<(() => void) | undefined>} what gives the turn back; undefined where another process has it
 */
function take(address) {
  return new Promise((resolve) => {
    /** @type {Set<import('node:net').Socket>} */
    const waiting = new Set();
    const server = createServer((socket) => {
      waiting.add(socket.on('error', () => {}).on('close', () => waiting.delete(socket)));
    });
    server.on('error', (error) => resolve('code' in error && error.code === 'EADDRINUSE' ? undefined : () => {}));
    server.listen(address, () => {
      resolve(() => {
        server.close();
        for (const socket of waiting) socket.destroy();
      });
    });
  });
}

/**
 * @param {string} address
 * @param {number} patience milliseconds
 * @returns {Promise<void>}
 */
function untilGivenBack(address, patience) {
  return new Promise((resolve) => {
    const socket = connect(address);
    const impatient = setTimeout(() => socket.destroy(), patience);
    socket.on('error', (error) => {
      // A killed process leaves its file where addresses are files.
      if ('code' in error && error.code === 'ECONNREFUSED' && !address.startsWith('\0'))
        rmSync(address, { force: true });
    });
    socket.on('close', () => {
      clearTimeout(impatient);
      resolve();
    });
    socket.resume();
  });
}
