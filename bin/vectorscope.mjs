#!/usr/bin/env node
// The command line as it was built last.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/cli/vectorscope.mjs', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error(
    `Vectorscope is not built yet: run “npm run build” in ${fileURLToPath(new URL('..', import.meta.url))}`,
  );
  process.exitCode = 1;
}
