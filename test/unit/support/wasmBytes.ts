import { readFileSync } from 'node:fs';

/** Imports `.wasm` files as the bundles do: as bytes. For Vitest's configurations. */
export const wasmBytes = {
  name: 'wasm-bytes',
  load: (id: string) =>
    id.endsWith('.wasm')
      ? `export default Uint8Array.from(atob('${readFileSync(id, 'base64')}'), (character) => character.charCodeAt(0));`
      : undefined,
};
