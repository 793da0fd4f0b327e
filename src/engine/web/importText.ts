import { EngineError } from '../../shared/errors';

/** Fetches a script and gives an address that `import` takes wherever the script came from: a page may import only what it made itself. */
export async function importText(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new EngineError('internal', `A part of Vectorscope could not be fetched (status ${answer.status}). Reload the window.`);
  return URL.createObjectURL(new Blob([await answer.text()], { type: 'text/javascript' }));
}
