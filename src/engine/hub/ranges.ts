import { said } from '../../shared/said';
import { ask } from './client';
import { brokenOff, ChangedOnHub, noRanges, notTheHub } from './errors';
import type { HubLine } from './line';

type Receive = (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;

export class RangedFile {
  #beginning: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** The ETag of the first range. A host that the Hub redirects to may have one of its own. */
  #served: string | null = null;

  private constructor(
    private readonly line: HubLine,
    private readonly repository: string,
    private readonly revision: string,
    readonly path: string,
    readonly size: number,
    /** From the Hub. It changes with the file. */
    readonly etag: string,
  ) {}

  /** Asks for the size and the ETag of a file. */
  static async open(line: HubLine, repository: string, revision: string, path: string): Promise<RangedFile> {
    const { size, etag } = await factsOf(line, repository, revision, path);
    return new RangedFile(line, repository, revision, path, size, etag);
  }

  get host(): string {
    return this.line.hub.host;
  }

  /**
   * Gives the bytes from `from` to `to`, without `to`, to `receive` in order. Rejects with an `EngineError` if the
   * server sends anything else: before the body is read if the headers tell.
   */
  async read(from: number, to: number, receive: Receive): Promise<void> {
    const known = this.#beginning.subarray(from, to);
    if (known.length > 0) await receive(known);
    if (from + known.length < to) await this.#fetch(from + known.length, to, receive);
  }

  /** Takes bytes that were read before: they are not read again. */
  keep(beginning: Uint8Array<ArrayBuffer>): void {
    this.#beginning = beginning;
  }

  async #fetch(from: number, to: number, receive: Receive): Promise<void> {
    const { line, path, size } = this;
    const { host } = line.hub;
    const { response, chunks, close } = await line.open(this.#address(), {
      headers: { Range: `bytes=${from}-${to - 1}` },
      repository: this.repository,
      file: path,
      elsewhere: true,
    });
    try {
      if (response.status !== 206) throw noRanges(host, path);
      const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
      if (!range) throw notTheHub(host, 'Content-Range', said`missing`, `bytes ${from}-${to - 1}/${size}`);
      if (range[3] !== '*' && Number(range[3]) !== size) throw new ChangedOnHub(host, path);
      if (Number(range[1]) !== from || Number(range[2]) !== to - 1)
        throw notTheHub(host, 'Content-Range', range[0], `bytes ${from}-${to - 1}/${size}`);
      this.#checkEtag(response.headers.get('etag'));
      let at = from;
      for await (const bytes of chunks()) {
        at += bytes.length;
        if (at > to) throw notTheHub(host, `${path} (bytes)`, at - from, to - from);
        line.received += bytes.length;
        await receive(bytes);
      }
      if (at < to) throw brokenOff(host, path);
    } finally {
      close();
    }
  }

  /** Rejects if the file is another one now. */
  async checkUnchanged(): Promise<void> {
    const { etag, size } = await factsOf(this.line, this.repository, this.revision, this.path);
    if (etag !== this.etag || size !== this.size) throw new ChangedOnHub(this.line.hub.host, this.path);
  }

  #checkEtag(etag: string | null): void {
    if (etag === null) return;
    this.#served ??= plain(etag);
    if (this.#served !== plain(etag)) throw new ChangedOnHub(this.line.hub.host, this.path);
  }

  #address(): string {
    return `${this.line.hub.address}/${this.repository}/resolve/${encodeURIComponent(this.revision)}/${encoded(this.path)}`;
  }
}

async function factsOf(line: HubLine, repository: string, revision: string, path: string) {
  const { host } = line.hub;
  const facts = await ask(line, { repository, file: path }, ({ fileDownloadInfo }, options) =>
    fileDownloadInfo({ ...options, repo: repository, revision, path: encoded(path) }),
  );
  if (!facts) throw notTheHub(host, path, said`missing`, 'size, etag');
  const { size, etag } = facts;
  if (!Number.isSafeInteger(size) || size < 0 || typeof etag !== 'string' || etag.length > 1000)
    throw notTheHub(host, path, `${size}, ${etag?.slice(0, 80)}`, 'size, etag');
  return { size, etag: plain(etag) };
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Without the sign of a weak ETag, which a proxy that compresses adds. */
const plain = (etag: string): string => etag.replace(/^W\//, '').replaceAll('"', '');
