import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Readable, Writable } from 'node:stream';
import { readLine, tooLong, type Fault } from './mcpFaults';

const usualMost = 10 * 2 ** 20;
const lineEnd = 0x0a;

/**
 * Messages as lines over two streams. The library's own transport drops a malformed message without an answer, and
 * closes with all calls under way where a line is too long.
 */
export class LineTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  #parts: Buffer[] = [];
  #length = 0;
  /** The line was refused: the rest of it is skipped. */
  #skips = false;
  readonly #hear = (piece: Buffer) => this.#read(piece);
  readonly #end = () => this.#endLine();
  readonly #fail = (error: Error) => this.onerror?.(error);

  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
    private readonly most = usualMost,
  ) {}

  async start(): Promise<void> {
    this.input.on('data', this.#hear).on('end', this.#end).on('error', this.#fail);
  }

  async close(): Promise<void> {
    this.input.off('data', this.#hear).off('end', this.#end).off('error', this.#fail).pause();
    this.onclose?.();
  }

  send(message: object): Promise<void> {
    // Called once the line is written or cannot be, so that this settles where nobody reads any more.
    return new Promise((resolve) => void this.output.write(`${JSON.stringify(message)}\n`, () => resolve()));
  }

  #read(piece: Buffer): void {
    for (let at = 0; at < piece.length;) {
      const end = piece.indexOf(lineEnd, at);
      this.#keep(piece.subarray(at, end < 0 ? piece.length : end));
      if (end < 0) return;
      this.#endLine();
      at = end + 1;
    }
  }

  #keep(part: Buffer): void {
    if (this.#skips) return;
    this.#length += part.length;
    this.#parts.push(part);
    if (this.#length <= this.most) return;
    this.#skips = true;
    this.#parts = [];
    this.#refuse(tooLong(this.most));
  }

  #endLine(): void {
    const line = Buffer.concat(this.#parts).toString('utf8').trim();
    this.#parts = [];
    this.#length = 0;
    this.#skips = false;
    if (line === '') return;
    const read = readLine(line);
    if (read === 'dropped') this.#unread();
    else if ('fault' in read) this.#refuse(read.fault);
    else this.onmessage?.(read.message);
  }

  #refuse({ id, code, message }: Fault): void {
    this.#unread();
    void this.send({ jsonrpc: '2.0', id, error: { code, message } });
  }

  #unread(): void {
    this.onerror?.(new Error('A message could not be read.'));
  }
}
