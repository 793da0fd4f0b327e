import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** What the fake server’s model does. Any of it may take its time. */
export interface FakeModel {
  readonly name: string;
  readonly dimensions: number;
  readonly vocabulary: number;
  readonly contextLength: number;
  /** Tokens of one physical batch (`-ub`), which a text for `/embeddings` must fit. */
  readonly batch: number;
  tokenise(text: string, how: { added: boolean; plain: boolean }): Eventually<readonly FakeToken[]>;
  /** What `/completion` writes for a token: nothing for a special one. */
  bytes(id: number): readonly number[];
  /** h after the final norm, row by row; absent on a server without `--embeddings`. */
  hidden?(ids: readonly number[]): Eventually<Float32Array>;
  /** Natural log-probabilities of all tokens after these. */
  logProbabilities(ids: readonly number[]): Eventually<ArrayLike<number>>;
}

type Eventually<T> = T | Promise<T>;

export interface FakeToken {
  readonly id: number;
  readonly bytes: readonly number[];
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** What happens to one answer instead of its being sent as it is. */
export type Fault =
  /** The request is read and never answered. */
  | { readonly kind: 'silent' }
  /** The connection is reset before an answer. */
  | { readonly kind: 'reset' }
  /** A share of the answer is sent, then the connection ends, or nothing comes any more. */
  | { readonly kind: 'cut' | 'stalled'; readonly share: number }
  /** The piece is sent again and again for as long as the client reads. */
  | { readonly kind: 'endless'; readonly piece: string }
  /** Another answer. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** The right answer with a change. */
  | { readonly kind: 'changed'; readonly change: (answer: unknown) => unknown };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * A server in this process that answers as llama-server of llama.cpp b11434 was seen to answer, with any model behind
 * it.
 */
export class FakeLlamaServer {
  /** Every request so far. */
  readonly requests: SeenRequest[] = [];
  /** How the answer to a request goes wrong; null lets it pass. */
  fault: (request: SeenRequest) => Fault | null = () => null;
  /** Answers everything with 503, as while the model is loaded. */
  loading = false;
  /** Lets pages of any origin ask, as llama-server does unless it is told otherwise. */
  allowsPages = true;
  readonly #server: Server;

  private constructor(
    private readonly model: FakeModel,
    /** The key that every request must carry; null if there is none. */
    public key: string | null,
  ) {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** With a port, the server takes the place of an earlier one. */
  static async start(
    model: FakeModel,
    { key = null, port = 0 }: { key?: string | null; port?: number } = {},
  ): Promise<FakeLlamaServer> {
    const fake = new FakeLlamaServer(model, key);
    await new Promise<void>((resolve, reject) => {
      fake.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends at once, with all connections. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.allowsPages && request.headers.origin !== undefined)
      response.setHeader('Access-Control-Allow-Origin', request.headers.origin);
    if (request.method === 'OPTIONS') {
      if (this.allowsPages) {
        response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE, OPTIONS');
        response.setHeader('Access-Control-Allow-Headers', '*');
        response.setHeader('Access-Control-Allow-Credentials', 'true');
      }
      return void response.end();
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    const seen: SeenRequest = {
      method: request.method ?? 'GET',
      path: (request.url ?? '/').replace(/\?.*/, ''),
      key: /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? null,
      body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>),
    };
    this.requests.push(seen);
    await this.#send(response, await this.#answer(seen), this.fault(seen));
  }

  async #send(response: ServerResponse, answer: Answer, fault: Fault | null): Promise<void> {
    const right = JSON.stringify(fault?.kind === 'changed' ? fault.change(answer.body) : answer.body);
    switch (fault?.kind) {
      case 'silent':
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'answer':
        response.writeHead(fault.status, { ...json, ...fault.headers }).end(fault.body);
        return;
      case 'endless':
        response.writeHead(200, json);
        while (!response.destroyed) {
          await written(response, fault.piece);
          // Otherwise nothing else in this process would have its turn.
          await setImmediate();
        }
        return;
      case 'cut':
      case 'stalled':
        response.writeHead(answer.status, { ...json, 'Content-Length': Buffer.byteLength(right) });
        await written(response, right.slice(0, Math.floor(right.length * fault.share)));
        if (fault.kind === 'cut') response.destroy();
        return;
      case 'changed':
      case undefined:
        response.writeHead(answer.status, json).end(right);
    }
  }

  async #answer({ method, path, key, body }: SeenRequest): Promise<Answer> {
    if (this.key !== null && key !== this.key && path !== '/health')
      return error(401, 'authentication_error', 'Invalid API Key');
    if (this.loading) return error(503, 'unavailable_error', 'Loading model');
    const { model } = this;
    switch (`${method} ${path}`) {
      case 'GET /health':
        return ok({ status: 'ok' });
      case 'GET /props':
        return ok({
          default_generation_settings: { params: {}, n_ctx: model.contextLength },
          total_slots: 1,
          model_alias: model.name,
          build_info: 'b0-unknown',
        });
      case 'GET /v1/models':
        return ok(models(model));
      case 'POST /tokenize':
        return this.#tokenize(body ?? {});
      case 'POST /embeddings':
        return this.#embeddings(body ?? {});
      case 'POST /completion':
        return this.#completion(body ?? {});
      default:
        return error(404, 'not_found_error', 'File Not Found');
    }
  }

  async #tokenize({ content, add_special, parse_special }: Record<string, unknown>): Promise<Answer> {
    const how = { added: add_special === true, plain: parse_special === false };
    const tokens = await this.model.tokenise(String(content), how);
    return ok({ tokens: tokens.map(({ id, bytes }) => ({ id, piece: pieceOf(bytes) })) });
  }

  async #embeddings({ content }: Record<string, unknown>): Promise<Answer> {
    const { batch, contextLength, dimensions } = this.model;
    if (!this.model.hidden)
      return error(501, 'not_supported_error', 'This server does not support embeddings. Start it with `--embeddings`');
    if (content === undefined) return error(400, 'invalid_request_error', '"input" or "content" must be provided');
    const ids = await this.#idsOf(content);
    if (ids.length === 0)
      return error(
        400,
        'invalid_request_error',
        content === '' ? 'Input content cannot be empty' : '"input" must not be empty',
      );
    if (ids.length > batch)
      return error(
        500,
        'server_error',
        `input (${ids.length} tokens) is too large to process. increase the physical batch size (current batch size: ${batch})`,
      );
    if (ids.length > contextLength)
      return tooLong(
        `input (${ids.length} tokens) is larger than the max context size (${contextLength} tokens). skipping`,
        { ids, contextLength },
      );
    if (!this.#valid(ids)) return error(400, 'invalid_request_error', 'Prompt contains invalid tokens');
    const values = await this.model.hidden(ids);
    const rows = ids.map((_, at) => [...values.subarray(at * dimensions, (at + 1) * dimensions)]);
    return ok([{ index: 0, embedding: rows }]);
  }

  async #completion({ prompt, n_probs, logit_bias }: Record<string, unknown>): Promise<Answer> {
    const { contextLength } = this.model;
    const ids = await this.#idsOf(prompt);
    if (ids.length === 0) return error(400, 'invalid_request_error', '"prompt" must not be empty');
    if (ids.length >= contextLength)
      return tooLong(
        `request (${ids.length} tokens) exceeds the available context size (${contextLength} tokens), try increasing it`,
        { ids, contextLength },
      );
    if (!this.#valid(ids)) return error(400, 'invalid_request_error', 'Prompt contains invalid tokens');
    const probabilities = Array.from(await this.model.logProbabilities(ids));
    // Only the listed ones are put in order: sorting ids of a large vocabulary takes long.
    const least = Float64Array.from(probabilities).sort().at(-Number(n_probs)) ?? -Infinity;
    const ranked = [...probabilities.keys()]
      .filter((id) => probabilities[id]! >= least)
      .sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
    const [forced] = (logit_bias as readonly (readonly [number, number])[] | undefined) ?? [];
    const listed = (id: number) => ({
      id,
      token: Buffer.from(this.model.bytes(id)).toString('utf8'),
      bytes: this.model.bytes(id),
      logprob: probabilities[id],
    });
    const top_logprobs = ranked.slice(0, Number(n_probs)).map(listed);
    const sampled = forced?.[0] ?? ranked[0]!;
    // The real server waits for the rest of the character.
    if (typeof pieceOf(this.model.bytes(sampled)) !== 'string') return ok({});
    return ok({ completion_probabilities: [{ ...listed(sampled), top_logprobs }] });
  }

  async #idsOf(content: unknown): Promise<readonly number[]> {
    if (Array.isArray(content)) return content as readonly number[];
    return (await this.model.tokenise(String(content), { added: true, plain: false })).map(({ id }) => id);
  }

  #valid(ids: readonly number[]): boolean {
    return ids.every((id) => Number.isInteger(id) && id >= 0 && id < this.model.vocabulary);
  }
}

const json = { Server: 'llama.cpp', 'Content-Type': 'application/json; charset=utf-8' };

const ok = (body: unknown): Answer => ({ status: 200, body });

const error = (status: number, type: string, message: string, more: object = {}): Answer => ({
  status,
  body: { error: { code: status, message, type, ...more } },
});

const tooLong = (
  message: string,
  { ids, contextLength }: { readonly ids: readonly number[]; readonly contextLength: number },
): Answer => error(400, 'exceed_context_size_error', message, { n_prompt_tokens: ids.length, n_ctx: contextLength });

const models = ({ name, vocabulary, contextLength, dimensions }: FakeModel) => ({
  object: 'list',
  data: [
    {
      id: name,
      object: 'model',
      owned_by: 'llamacpp',
      meta: { n_vocab: vocabulary, n_ctx: contextLength, n_ctx_train: contextLength, n_embd: dimensions },
    },
  ],
});

/** Text where the bytes are one in UTF-8, and otherwise the bytes. */
function pieceOf(bytes: readonly number[]): string | readonly number[] {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return bytes;
  }
}

/** Resolves once the bytes are on their way, or the client is gone. */
const written = (response: ServerResponse, piece: string): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve);
    response.write(piece, () => {
      response.off('close', resolve);
      resolve();
    });
  });
