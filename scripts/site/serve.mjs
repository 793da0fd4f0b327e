// Serves the page without an editor on this machine.
import { createServer } from 'node:http';
import sirv from 'sirv';

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {(request: Request, response: Response) => boolean} Answer
 */

/** With these a page may share memory among threads. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * @param {string} folder
 * @param {object} [options]
 * @param {number} [options.port] a free one if none is given
 * @param {boolean} [options.isIsolated] with the headers that threads need
 * @param {Answer} [options.answer]
 * answers a request by itself, or returns false
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function serveSite(folder, { port = 0, isIsolated = true, answer = () => false } = {}) {
  const serve = sirv(folder, {
    // Files are read as they are now.
    dev: true,
    setHeaders(response) {
      response.setHeader('Cache-Control', 'no-cache');
      if (isIsolated) for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => {
    if (!answer(request, response)) serve(request, response);
  });
  await new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`The port ${port} is taken: name a free one with --port.`) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
