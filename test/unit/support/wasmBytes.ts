import { readFileSync } from 'node:fs';

/** Imports `.wasm` and `.bin` files as the bundles do: as bytes. For Vitest's configurations. */
export const wasmBytes = {
  name: 'wasm-bytes',
  load: (id: string) =>
    /\.(wasm|bin)$/.test(id)
      ? `export default Uint8Array.from(atob('${readFileSync(id, 'base64')}'), (character) => character.charCodeAt(0));`
      : undefined,
};
