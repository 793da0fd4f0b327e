// `npm run identity` writes what release/identity.json says into the files that repeat it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readIdentity, repeatedIn } from './release/identity.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const identity = readIdentity();
for (const [file, repeat] of Object.entries(repeatedIn)) {
  const path = join(root, file);
  const text = await readFile(path, 'utf8');
  const repeated = repeat(text, identity);
  if (repeated === text) continue;
  await writeFile(path, repeated);
  console.log(`Wrote ${file}.`);
}
