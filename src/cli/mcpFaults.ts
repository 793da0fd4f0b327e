import {
  CallToolRequestSchema,
  ErrorCode,
  InitializeRequestSchema,
  JSONRPCMessageSchema,
  ListToolsRequestSchema,
  PingRequestSchema,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js';

/** A message that cannot be handled, as JSON-RPC 2.0 names it. */
export interface Fault {
  /** That of the request; null where it has none that can be used, as the specification asks. */
  readonly id: string | number | null;
  readonly code: number;
  /** For the agent, never with its text. */
  readonly message: string;
}

/** A message is handled, answered with a fault, or dropped: a notification and an answer get no answer. */
export type Read = { readonly message: JSONRPCMessage } | { readonly fault: Fault } | 'dropped';

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

export const notJson: Fault = {
  id: null,
  code: ErrorCode.ParseError,
  message: 'This line is not valid JSON. Send one message a line.',
};

export const tooLong = (most: number): Fault => ({
  id: null,
  code: ErrorCode.InvalidRequest,
  message: `A line has more than ${most / 2 ** 20} MiB. Send a shorter text, and end every message with a line break.`,
});

export function readLine(line: string): Read {
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
