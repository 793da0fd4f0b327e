import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type CallToolResult,
  type ProgressNotification,
} from '@modelcontextprotocol/sdk/types.js';
import { setImmediate } from 'node:timers/promises';
import type { OtherModel } from '../shared/both';
import type { Control, Signal, ModelInfo } from '../shared/engine';
import { badRequest, EngineError, isCancelled } from '../shared/errors';
import { orAborted } from '../shared/signal';
import { trace } from '../shared/trace';
import { checked, sentenceOf } from '../tools/arguments';
import { toolsOfServer, toolsOfTwo } from '../tools/compare';
import { fit } from '../tools/fit';
import { jsonSchema, outputSchema } from '../tools/list';
import { groupedCount } from '../tools/text';
import type { Tool } from '../tools/tool';
import type { OwnEngine } from './aloud';
import { LineTransport } from './mcpLines';
import { UsageError, wholeNumber } from './options';
import {
  checkPath,
  loadEngine,
  loadPair,
  newCommand,
  version,
  withModelOptions,
  type Io,
  type ModelOptions,
} from './program';
import { checkServerOptions } from './server';

interface Loaded {
  readonly engine: OwnEngine;
  readonly model: ModelInfo;
  /** The model that it is compared with, if there is one. */
  readonly other?: OtherModel;
}

/** A model that the first call loads, and that is released when nobody has called for a while. */
export class OneModel {
  #loading: Promise<Loaded> | undefined;
  /** Settles when all earlier calls have ended. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `idleMinutes` of 0 keep it. */
  constructor(
    private readonly load: () => Promise<Loaded>,
    private readonly idleMinutes: number,
  ) {}

  /**
   * Runs one call at a time, in their order: a new run would cancel the one before it. Rejects as soon as the signal is
   * aborted; the next call still waits until this one has stopped.
   */
  use<T>(call: (loaded: Loaded) => Promise<T>, signal: Signal): Promise<T> {
    clearTimeout(this.#idle);
    this.#waiting++;
    const work = this.#last.then(async () => {
      const stop = () => {
        if (signal.aborted) throw new EngineError('cancelled', 'The request was cancelled.');
      };
      stop();
      const loaded = await this.#load();
      stop();
      return call(loaded);
    });
    const ended = () => {
      this.#waiting--;
      this.#rest();
    };
    this.#last = work.then(ended, ended);
    return orAborted(work, signal);
  }

  async release(): Promise<void> {
    clearTimeout(this.#idle);
    const loading = this.#loading;
    this.#loading = undefined;
    const loaded = await loading?.catch(() => undefined);
    await loaded?.engine.close?.();
  }

  /** A failed load is forgotten, so that the next call tries again. */
  #load(): Promise<Loaded> {
    if (this.#loading) return this.#loading;
    const loading = this.load();
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    return (this.#loading = loading);
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#waiting > 0 || this.idleMinutes === 0) return;
    // The next call waits for the release, since memory is there for one model. It does not fail with it.
    const release = () => void (this.#last = this.release().catch(() => undefined));
    this.#idle = setTimeout(release, this.idleMinutes * 60_000);
  }
}

interface Options extends ModelOptions {
  readonly idle: number;
  readonly longest: number;
  readonly against?: string;
}

/** The share of a call after which its progress is told again. */
const leastStep = 0.01;

type CallControl = Control & { readonly signal: Signal };

/** Serves the tools to an agent until it closes standard input. */
export async function mcp(args: readonly string[], io: Io): Promise<void> {
  const options = withModelOptions(
    newCommand('vectorscope mcp', io).description(
      'Answers the tools of an agent over standard input and output, by the Model Context Protocol. It opens no port, and writes no file but the geometry of a model on the Hub. One model answers all calls; the first call loads it.',
    ),
  )
    .option('--idle <minutes>', 'release the model after so long without a call; 0 keeps it', wholeNumber(0, 1440), 10)
    .option('--longest <n>', 'characters of an answer at most; longer lists are cut', wholeNumber(1000, 1e7), 40_000)
    .option(
      '--against <model>',
      'a second model, a file, a folder or owner/name[:file] on the Hub: offers the tool compare, which tells what that model changed',
    )
    .version(version, '--version')
    .parse(args, { from: 'user' })
    .opts<Options>();
  // Otherwise the first call would report them to the agent, which cannot change them.
  checkServerOptions(options, options.geometry);
  if (options.against !== undefined && options.server !== undefined)
    throw new UsageError('--against compares two models on this machine. Leave out --server, or leave out --against.');
  for (const named of [options.model, options.against]) checkPath(named);
  if (process.stdin.isTTY)
    io.err(
      'Waiting for the messages of an agent on standard input. A program starts this command: see docs/8-agents.md. Press Ctrl+C to stop.\n',
    );
  const transport = new LineTransport(process.stdin, process.stdout);
  // Nobody reads the answers any more.
  process.stdout.once('error', () => void transport.close());
  await serveTools(transport, io, options, (ended) => {
    process.stdin.once('end', ended);
    process.stdin.once('close', ended);
  });
}

/**
 * Resolves when the connection has ended, or when the input has ended and every request is answered. `onInputEnd`
 * registers a listener for the end of the input.
 */
export async function serveTools(
  transport: Transport,
  io: Io,
  options: Options,
  onInputEnd: (listener: () => void) => void = () => {},
): Promise<void> {
  const { against } = options;
  const offered = against === undefined ? toolsOfServer : toolsOfTwo;
  const load = () =>
    against === undefined ? loadEngine(io, options, 'agent') : loadPair(io, options, against, 'agent');
  const held = new OneModel(load, options.idle);
  const server = new Server(
    { name: 'vectorscope', title: 'Vectorscope', version },
    {
      capabilities: { tools: {} },
      instructions:
        'Exact answers about one language model: how it cuts a text into tokens, what it predicts, which tokens are near each other, and why. Call a tool instead of guessing such numbers.',
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: offered.map((tool) => ({
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: jsonSchema(tool),
      outputSchema: outputSchema(tool),
      annotations: {
        title: tool.title,
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: options.server !== undefined,
      },
    })),
  }));
  const calls = new Set<Promise<CallToolResult>>();
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const { name, arguments: given, _meta } = params;
    const control = { signal, ...reporting(_meta?.progressToken, sendNotification) };
    const call = answer({ held, offered }, name, given, options.longest, control).catch((error: unknown) => {
      if (!isCancelled(error)) io.err(`The tool ${logName(name)} failed: ${reason(error)}\n`);
      return failed(sentenceOf(error));
    });
    calls.add(call);
    try {
      return await call;
    } finally {
      calls.delete(call);
    }
  });
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
    // Its content may hold the text.
    server.onerror = () => io.err('A message of the agent could not be read.\n');
    onInputEnd(resolve);
  });
  await server.connect(transport);
  await ended;
  await allAnswered(calls);
  await held.release();
}

/** A call begins a moment after its message was read, and its answer is written a moment after it has ended. */
async function allAnswered(calls: ReadonlySet<Promise<unknown>>): Promise<void> {
  await setImmediate();
  while (calls.size > 0) {
    await Promise.all(calls);
    await setImmediate();
  }
}

/**
 * Tells an agent that asked for it how far a call is, from 0 to 1. Agents wait longer for a call that moves on. Each
 * number must be greater than the one before, also where the engine is asked several things.
 */
function reporting(
  progressToken: string | number | undefined,
  send: (notification: ProgressNotification) => Promise<void>,
): Pick<Control, 'onProgress'> {
  if (progressToken === undefined) return {};
  let told = 0;
  return {
    onProgress: ({ fraction }) => {
      if (fraction < told + leastStep) return;
      told = fraction;
      const params = { progressToken, progress: fraction, total: 1 };
      // Whether the agent is still there shows in the answer.
      send({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}

async function answer(
  { held, offered }: { readonly held: OneModel; readonly offered: readonly Tool[] },
  name: string,
  given: unknown,
  longest: number,
  control: CallControl,
): Promise<CallToolResult> {
  const tool = offered.find((one) => one.name === name);
  if (!tool)
    throw badRequest`There is no tool of this name. The tools are ${offered.map((one) => one.name).join(', ')}.`;
  // Wrong arguments need no model.
  const right = checked(tool, given);
  return held.use(async (loaded) => {
    const found = await tool.answer(right, { ...loaded, control });
    const { text, json } = await fit(found, {
      most: longest,
      structured: true,
      count: (text) => text.length,
      origin: `The budget is ${groupedCount(longest)} characters. The user can raise it: the option --longest of vectorscope mcp.`,
    });
    if (json === null) return failed(text);
    return { content: [{ type: 'text', text }], structuredContent: JSON.parse(json) as Record<string, unknown> };
  }, control.signal);
}

/** Only an answer that failed may go without the object that the tool promises. */
const failed = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });

/** An agent may send anything as a name. */
const logName = (name: string): string => (toolsOfTwo.some((tool) => tool.name === name) ? name : '(unknown)');

/** For the log: a message may quote the text that was sent. */
const reason = (error: unknown): string => {
  if (error instanceof EngineError && error.code !== 'internal') return error.code;
  return error instanceof Error ? trace(error) : 'unknown error';
};
