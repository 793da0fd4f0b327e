import { readFileSync } from 'node:fs';

/** Imports `.wasm` and `.py` files as the bundles do: as bytes and as text. For Vitest's configurations. */
export const wasmBytes = {
  name: 'wasm-bytes',
  load: (id: string) =>
    id.endsWith('.wasm')
      ? `export default Uint8Array.from(atob('${readFileSync(id, 'base64')}'), (character) => character.charCodeAt(0));`
      : id.endsWith('.py')
        ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`
        : undefined,
};
