import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { neighbourSpaces } from '../../../src/shared/sides';
import { fileOf, type FakeFile } from '../../servers/fakeHub';

export const families = fileURLToPath(new URL('../../fixtures/families/', import.meta.url));
export const folders = fileURLToPath(new URL('../../fixtures/folders/', import.meta.url));

export const family = (name: string): FakeFile => fileOf(new Uint8Array(readFileSync(join(families, `${name}.gguf`))));

/** The files of a folder as on Hugging Face. */
export const folderFiles = (name: string): Record<string, FakeFile> =>
  Object.fromEntries(
    readdirSync(join(folders, name)).map((file) => [
      file,
      fileOf(new Uint8Array(readFileSync(join(folders, name, file))), file.endsWith('.safetensors')),
    ]),
  );

/** A folder for what a test file fetches, which is removed by `remove`. */
export function scratchFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'vectorscope-hub-'));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** Expects that two geometries answer everything alike. */
export async function expectSameGeometry(path: string, whole: string): Promise<void> {
  const [here, there] = [localEngine(), localEngine()];
  try {
    const [mine, its] = [
      await here.load({ path, geometryOnly: true, threads: 1 }),
      await there.load({ path: whole, geometryOnly: true, threads: 1 }),
    ];
    const { vocabulary, dimensions, tied, sizes, outputSizes, tokenizer } = its;
    expect(mine).toMatchObject({ vocabulary, dimensions, tied, sizes, outputSizes, tokenizer });
    expect(await here.tokenise({ text: 'The cat' })).toEqual(await there.tokenise({ text: 'The cat' }));
    for (const space of neighbourSpaces)
      for (const centred of [false, true])
        expect(await here.neighbours({ id: 3, count: 8, centred, space })).toEqual(
          await there.neighbours({ id: 3, count: 8, centred, space }),
        );
    // With the ranks after the final norm, and the output row as a residual meets it.
    expect(await here.token(5)).toEqual(await there.token(5));
  } finally {
    await Promise.all([here.close(), there.close()]);
  }
}
