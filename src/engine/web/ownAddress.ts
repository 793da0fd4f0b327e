import { EngineError } from '../../shared/errors';

/**
 * Fetches a part of the extension and gives an address for it that belongs to this page, under the type that it should have: a page may
 * import only what it made itself, and servers call a `.wasm` file anything.
 */
export async function ownAddress(address: string, type: 'text/javascript' | 'application/wasm'): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new EngineError('internal', `A part of Vectorscope could not be fetched (status ${answer.status}). Reload the window.`);
  return URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type }));
}
