import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type JSONRPCMessage,
  CallToolRequestSchema,
  ErrorCode,
  InitializeRequestSchema,
  JSONRPCMessageSchema,
  ListToolsRequestSchema,
  PingRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { Readable, Writable } from 'node:stream';

/** A message that cannot be handled, as JSON-RPC 2.0 names it. */
interface Fault {
  /** That of the request; null where it has none that can be used, as the specification asks. */
  readonly id: string | number | null;
  readonly code: number;
  /** For the agent, never with its text. */
  readonly message: string;
}

/** A message is handled, answered with a fault, or dropped: a notification and an answer get no answer. */
type Read = { readonly message: JSONRPCMessage } | { readonly fault: Fault } | 'dropped';

/** The requests that are answered. The library checks them too, but tells what is wrong in its own JSON. */
const requests: Readonly<Record<string, Checked>> = {
  initialize: InitializeRequestSchema,
  ping: PingRequestSchema,
  'tools/list': ListToolsRequestSchema,
  'tools/call': CallToolRequestSchema,
};

interface Checked {
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly error?: { readonly issues: readonly Issue[] } | undefined;
  };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly expected?: unknown;
}

const keys = new Set(['jsonrpc', 'id', 'method', 'params']);

const notJson: Fault = {
  id: null,
  code: ErrorCode.ParseError,
  message: 'This line is not valid JSON. Send one message a line.',
};

const tooLong = (most: number): Fault => ({
  id: null,
  code: ErrorCode.InvalidRequest,
  message: `A line has more than ${most / 2 ** 20} MiB. Send a shorter text, and end every message with a line break.`,
});

function readLine(line: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { fault: notJson };
  }
  return readMessage(value);
}

function readMessage(value: unknown): Read {
  if (!isObject(value)) return invalid(null, 'A message must be an object, one a line.');
  const { id, method, params } = value;
  if (!('method' in value) && ('result' in value || 'error' in value)) return handled(value) ?? 'dropped';
  if (!('id' in value) && typeof method === 'string') return handled(value) ?? 'dropped';
  if (!isId(id)) return invalid(null, 'The id of a request must be a string or a whole number.');
  if (value['jsonrpc'] !== '2.0') return invalid(id, 'jsonrpc must be "2.0".');
  if (typeof method !== 'string') return invalid(id, 'method must be a string.');
  if (Object.keys(value).some((key) => !keys.has(key)))
    return invalid(id, 'A request has no other keys than jsonrpc, id, method and params.');
  if (params !== undefined && !isObject(params)) return wrongParams(id, 'params must be an object.');
  const wrong = (Object.hasOwn(requests, method) ? requests[method] : undefined)?.safeParse(value);
  if (wrong?.success === false) return wrongParams(id, issueWords(method, wrong.error?.issues[0]));
  return (
    handled({ ...value, ...(params && { params: withoutTask(params) }) }) ??
    wrongParams(id, issueWords(method, undefined))
  );
}

/** The protocol asks a server without tasks to ignore that one was asked for; the library would refuse it. */
const withoutTask = ({ task: _task, ...params }: Readonly<Record<string, unknown>>) => params;

/** `params.name of tools/call is missing or wrong; a string was expected.` */
function issueWords(method: string, issue: Issue | undefined): string {
  const place = issue && issue.path.length > 1 ? issue.path.map(String).join('.') : 'params';
  const expected = typeof issue?.expected === 'string' ? kinds[issue.expected] : undefined;
  const name = Object.hasOwn(requests, method) ? method : 'this request';
  return `${place} of ${name} is missing or wrong${expected ? `; ${expected} was expected` : ''}. See the Model Context Protocol.`;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

function handled(value: unknown): { readonly message: JSONRPCMessage } | null {
  const { success, data } = JSONRPCMessageSchema.safeParse(value);
  return success ? { message: data } : null;
}

const invalid = (id: Fault['id'], message: string): Read => ({
  fault: { id, code: ErrorCode.InvalidRequest, message },
});
const wrongParams = (id: Fault['id'], message: string): Read => ({
  fault: { id, code: ErrorCode.InvalidParams, message },
});

const isId = (id: unknown): id is string | number => typeof id === 'string' || Number.isSafeInteger(id);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
