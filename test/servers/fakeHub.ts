import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// A Hub in the test's own process: the parts of its interface that we use, and what can go wrong with them.

export interface FakeFile {
  readonly size: number;
  /** The bytes from `from` to `to`, without `to`. */
  read(from: number, to: number): Uint8Array;
  readonly etag: string;
  /** Of a large file, as the Hub tells it in lists. */
  readonly sha256: string | null;
}

export interface FakeRepository {
  readonly files: Map<string, FakeFile>;
  readonly gated?: boolean;
  readonly license?: string;
  readonly downloads?: number;
}

/** One request, as the server saw it. */
export interface Seen {
  readonly path: string;
  readonly range: string | undefined;
  readonly token: string | undefined;
}

/** What goes wrong with a request. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection breaks after some bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The body ends, as if it were whole, after some bytes. */
  | { readonly kind: 'short'; readonly after: number }
  /** The whole file instead of a range. */
  | { readonly kind: 'whole' }
  /** Another range than was asked for. */
  | { readonly kind: 'shifted' }
  /** A body without an end. */
  | { readonly kind: 'endless' }
  /** No answer at all. */
  | { readonly kind: 'silent' }
  /** Some bytes, then nothing. */
  | { readonly kind: 'stalled'; readonly after: number }
  | { readonly kind: 'body'; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A file in memory. Large files have a hash in lists, small ones have none. */
export const fileOf = (bytes: Uint8Array, isLarge = true): FakeFile => ({
  size: bytes.length,
  read: (from, to) => bytes.subarray(from, to),
  etag: `"${hashOf(bytes).slice(0, 40)}"`,
  sha256: isLarge ? hashOf(bytes) : null,
});

const piece = 64 * 1024;
const xetType = 'application/vnd.xet-fileinfo+json';

export class FakeHub {
  readonly repositories = new Map<string, FakeRepository>();
  /** New names by old ones. */
  readonly renamed = new Map<string, string>();
  /** Tokens, and the gated repositories that each may read. */
  readonly tokens = new Map<string, readonly string[]>();
  readonly seen: Seen[] = [];
  /** Bytes of files that were sent. */
  sent = 0;
  /** Another server that has the files, with ETags of its own, to which this one redirects as the Hub does. */
  elsewhere: FakeHub | undefined;
  /** What goes wrong with a request; nothing if absent. */
  fault: ((seen: Seen) => Fault | undefined) | undefined;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Forgets what was asked and sent, and every fault. */
  reset(): void {
    this.seen.length = 0;
    this.sent = 0;
    this.fault = undefined;
  }

  add(name: string, files: Readonly<Record<string, FakeFile>>, more: Omit<FakeRepository, 'files'> = {}): void {
    this.repositories.set(name, { files: new Map(Object.entries(files)), ...more });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.address);
    const seen: Seen = {
      path: decodeURIComponent(url.pathname),
      range: request.headers.range,
      token: request.headers.authorization?.replace(/^Bearer /, ''),
    };
    this.seen.push(seen);
    const fault = this.fault?.(seen);
    if (fault?.kind === 'silent') return;
    if (fault?.kind === 'status') return void response.writeHead(fault.status, { ...fault.headers }).end('{}');
    if (fault?.kind === 'body')
      return void response.writeHead(200, { 'content-type': 'application/json', ...fault.headers }).end(fault.body);
    if (seen.token !== undefined && !this.tokens.has(seen.token)) return refuse(response, 401, '');
    const page = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)$/.exec(seen.path);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(seen.path);
    if (seen.path === '/api/models') return this.#search(url, response);
    const name = page?.[1] ?? file?.[1] ?? '';
    const moved = this.renamed.get(name);
    if (moved !== undefined)
      return void response.writeHead(307, { location: `${url.pathname.replace(name, moved)}${url.search}` }).end();
    const repository = this.repositories.get(name);
    if (!repository) return refuse(response, seen.token === undefined ? 401 : 404, 'RepoNotFound');
    if (page) return json(response, page[2] === 'tree' ? listed(repository) : described(name, repository));
    if (repository.gated && !(this.tokens.get(seen.token ?? '') ?? []).includes(name))
      return refuse(response, seen.token === undefined ? 401 : 403, 'GatedRepo');
    const found = repository.files.get(file?.[3] ?? '');
    if (!found) return refuse(response, 404, 'EntryNotFound');
    if (this.elsewhere && request.headers.accept?.includes(xetType)) return this.#describeXet(found, response);
    if (this.elsewhere)
      return void response.writeHead(302, { location: `${this.elsewhere.address}${url.pathname}` }).end();
    this.#send(found, seen, fault, response);
  }

  #search(url: URL, response: ServerResponse): void {
    const query = (url.searchParams.get('search') ?? '').toLowerCase();
    const found = [...this.repositories]
      .filter(([name]) => name.toLowerCase().includes(query))
      .map(([name, repository]) => described(name, repository))
      .sort((a, b) => b.downloads - a.downloads);
    json(response, found.slice(0, Number(url.searchParams.get('limit'))));
  }

  /** The facts about a file in the newer storage of the Hub, in place of the file. */
  #describeXet({ size, etag }: FakeFile, response: ServerResponse): void {
    const link = (name: string) => `<${this.address}/${name}>; rel="${name}"`;
    response
      .writeHead(200, {
        'content-type': xetType,
        'x-linked-size': size,
        'x-linked-etag': etag,
        'x-xet-hash': hashOf(new TextEncoder().encode(etag)),
        link: `${link('xet-auth')}, ${link('xet-reconstruction-info')}`,
      })
      .end('{}');
  }

  #send(file: FakeFile, { range }: Seen, fault: Fault | undefined, response: ServerResponse): void {
    const asked = fault?.kind === 'whole' ? null : /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
    const shift = fault?.kind === 'shifted' ? 1 : 0;
    const from = asked ? Number(asked[1]) + shift : 0;
    const to = asked?.[2] ? Math.min(file.size, Number(asked[2]) + 1 + shift) : file.size;
    if (from >= file.size) return void response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end();
    const isEndless = fault?.kind === 'endless';
    const isShort = fault?.kind === 'short';
    response.writeHead(asked ? 206 : 200, {
      etag: file.etag,
      'accept-ranges': 'bytes',
      ...(!isEndless && !isShort && { 'content-length': to - from }),
      ...(asked && { 'content-range': `bytes ${from}-${to - 1}/${file.size}` }),
    });
    const end = isEndless ? Infinity : isShort ? from + fault.after : to;
    const last = fault?.kind === 'cut' || fault?.kind === 'stalled' ? from + fault.after : Infinity;
    const step = (at: number): void => {
      if (response.destroyed) return;
      if (at >= last) return void (fault?.kind === 'cut' && response.destroy());
      if (at >= end) return void response.end();
      const next = Math.min(at + piece, end, last);
      const bytes = at < file.size ? file.read(at, Math.min(next, file.size)) : new Uint8Array(piece);
      this.sent += bytes.length;
      response.write(bytes, () => step(next));
    };
    step(from);
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, code === '' ? {} : { 'x-error-code': code }).end();
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const described = (name: string, { gated = false, license, downloads = 0 }: FakeRepository) => ({
  _id: hashOf(new TextEncoder().encode(name)).slice(0, 24),
  id: name,
  private: false,
  gated: gated ? 'manual' : false,
  downloads,
  likes: 0,
  lastModified: '2026-07-01T00:00:00.000Z',
  sha: hashOf(new TextEncoder().encode(name)).slice(0, 40),
  tags: ['gguf', ...(license === undefined ? [] : [`license:${license}`])],
});

const listed = ({ files }: FakeRepository) =>
  [...files].map(([path, { size, sha256, etag }]) => ({
    type: 'file',
    path,
    size,
    oid: etag.replaceAll('"', ''),
    ...(sha256 !== null && { lfs: { oid: sha256, size, pointerSize: 134 } }),
  }));
