import { EngineError } from '../../../shared/errors';

export async function fetchBytes(address: string, signal: AbortSignal | null = null): Promise<ArrayBuffer> {
  const answer = await fetch(address, { signal });
  if (!answer.ok)
    throw new EngineError(
      'internal',
      `A part of Vectorscope could not be fetched (status ${answer.status}). Reload the window.`,
    );
  return answer.arrayBuffer();
}

/** Fetches a script and returns an address for `import`: a page may import only what it made itself. */
export async function fetchScript(address: string): Promise<string> {
  return URL.createObjectURL(new Blob([await fetchBytes(address)], { type: 'text/javascript' }));
}
