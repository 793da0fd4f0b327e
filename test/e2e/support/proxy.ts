import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** What goes wrong with one answer that would be the file. Positions count from the beginning of the file. */
export interface Fault {
  /** Answers with this status and no file. */
  readonly status?: number;
  /** The line breaks before this byte. */
  readonly cutAt?: number;
  /** Nothing more comes from this byte on, and the line stays open, until the promise settles; for ever without one. */
  readonly stallAt?: number;
  readonly until?: Promise<void>;
  /** This byte is another. */
  readonly changedAt?: number;
  /** The file comes whole, whatever range is asked for. */
  readonly ignoresRange?: boolean;
}

/**
 * One answer about the file: the header `Range` that asked for it, its status, and how many bytes of the file were
 * sent.
 */
export interface Answer {
  readonly range: string | undefined;
  readonly status: number;
  readonly sent: number;
}

/**
 * A server in front of an editor: it hands everything on but one file, which it sends itself, by range, and with faults
 * where a test wants them.
 */
export interface Proxy {
  readonly origin: string;
  /** All answers about the file since the list was emptied. */
  readonly answers: Answer[];
  /** Faults of the next answers, in their order; the ones after those have none. */
  readonly faults: Fault[];
  stop(): Promise<void>;
}

/** `origin` is the editor's, `file` the path of the file whose name stands in the addresses that ask for it. */
export async function startProxy(origin: string, file: string, name: string): Promise<Proxy> {
  const editor = new URL(origin);
  const { size } = await stat(file);
  const answers: Answer[] = [];
  const faults: Fault[] = [];

  const send = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status: refusal, cutAt, stallAt, until, changedAt, ignoresRange = false } = faults.shift() ?? {};
    const { range } = request.headers;
    const asked = /^bytes=(\d+)-$/.exec(range ?? '')?.[1];
    const start = asked === undefined || ignoresRange ? 0 : Number(asked);
    const status = refusal ?? (asked === undefined || ignoresRange ? 200 : 206);
    const answer = { range, status, sent: 0 };
    answers.push(answer);
    if (refusal !== undefined) return void response.writeHead(refusal).end('No.');
    // As long as the editor's own server lets a browser keep it.
    response.writeHead(status, {
      'content-length': size - start,
      'cache-control': 'public, max-age=31536000',
      ...(status === 206 && { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
    });
    let at = start;
    const faulty = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        if (changedAt !== undefined && changedAt >= at && changedAt < at + chunk.length)
          chunk.writeUInt8(chunk.readUInt8(changedAt - at) ^ 1, changedAt - at);
        for (const part of partsAt(
          chunk,
          [cutAt, stallAt].map((position = NaN) => position - at),
        )) {
          if (at === stallAt) await (until ?? new Promise(() => {}));
          if (at === cutAt) return;
          at += part.length;
          answer.sent += part.length;
          yield part;
        }
      }
    };
    // A line that the browser ends is none of ours; one that is cut ends once all before it was sent.
    await pipeline(createReadStream(file, { start }), faulty, response, { end: false }).then(
      () => (at < size ? response.socket?.end() : response.end()),
      () => response.destroy(),
    );
  };

  const handOn = (request: IncomingMessage, response: ServerResponse): void => {
    const onward = ask(
      { host: editor.hostname, port: editor.port, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, response).catch(() => undefined);
      },
    );
    pipeline(request, onward).catch(() => response.destroy());
  };

  const server = createServer((request, response) =>
    decodeURIComponent(request.url ?? '').includes(name) ? void send(request, response) : handOn(request, response),
  );
  server.on('upgrade', (request, socket, head) => {
    const onward = ask({ host: editor.hostname, port: editor.port, path: request.url, headers: request.headers });
    onward.on('upgrade', (answer, far, first) => {
      const headers = Object.entries(answer.headers).map(([key, value]) => `${key}: ${String(value)}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('')}\r\n`);
      if (first.length > 0) socket.write(first);
      if (head.length > 0) far.write(head);
      void Promise.all([pipeline(socket, far), pipeline(far, socket)]).catch(() => undefined);
    });
    onward.on('error', () => socket.destroy());
    onward.end();
  });
  // Those of web sockets are not the server's any more.
  const lines = new Set<Socket>();
  server.on('connection', (line) => {
    lines.add(line);
    line.on('close', () => lines.delete(line));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    faults,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const line of lines) line.destroy();
      await closed;
    },
  };
}

/** The bytes in parts that begin at these positions, where they are inside. */
function partsAt(bytes: Buffer, positions: readonly number[]): readonly Buffer[] {
  const starts = [0, ...positions.filter((position) => position > 0 && position < bytes.length)].sort((a, b) => a - b);
  return starts.map((start, i) => bytes.subarray(start, starts[i + 1]));
}
