import { fileDownloadInfo, listFiles, listModels, modelInfo } from '@huggingface/hub';
import { EngineError, said } from '../../shared/errors';
import { notTheHub, noRanges } from './errors';
import type { HubLine, Opening } from './line';

/** Bytes of one page of a list: many times those of any. */
const longestAnswer = 16 * 1024 * 1024;

/** Named one by one, so that a bundle leaves out the rest of the library. */
const client = { listModels, modelInfo, listFiles, fileDownloadInfo };

interface ClientOptions {
  readonly hubUrl: string;
  readonly fetch: typeof fetch;
}

/**
 * Calls the Hub's own client. Its requests go through the line, which adds the token: the
 * client would follow the addresses of an answer with it, and takes tokens of the Hub itself only.
 */
export async function ask<T>(
  line: HubLine,
  about: Pick<Opening, 'repository' | 'file'>,
  call: (hub: typeof client, options: ClientOptions) => Promise<T>,
): Promise<T> {
  const isFile = about.file !== undefined;
  const end = performance.now() + line.list;
  const fetchHere = async (url: unknown, init?: { readonly headers?: unknown }): Promise<Response> => {
    const headers = Object.fromEntries(new Headers(init?.headers as Record<string, string>));
    const answer = await line.open(String(url), {
      ...about,
      headers,
      within: Math.max(0, end - performance.now()),
      ...(isFile && { elsewhere: true }),
    });
    return isFile ? headOf(answer, line, about.file as string) : bounded(answer, line);
  };
  try {
    return await call(client, { hubUrl: line.hub.address, fetch: fetchHere as typeof fetch });
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw notTheHub(line.hub.host, 'JSON', said`missing`, '{…}');
  }
}

type Answered = Awaited<ReturnType<HubLine['open']>>;

/** The headers alone. A server that ignores ranges would send the whole file. */
function headOf({ response, close }: Answered, { hub }: HubLine, file: string): Response {
  close();
  const { status, headers } = response;
  const isXet = headers.get('content-type')?.includes('application/vnd.xet-fileinfo+json') === true;
  if (status !== 206 && !isXet) throw noRanges(hub.host, file);
  return new Response(null, { status, headers });
}

async function bounded({ response, chunks }: Answered, { hub }: HubLine): Promise<Response> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const part of chunks()) {
    parts.push(part);
    length += part.length;
    if (length > longestAnswer) throw notTheHub(hub.host, 'bytes', length, `≤ ${longestAnswer}`);
  }
  const headers = new Headers({ 'content-type': 'application/json' });
  const link = response.headers.get('link');
  if (link !== null) headers.set('link', link);
  return new Response(new Blob(parts), { headers });
}
