// Publishes the package that the workflow made: `node scripts/release/publish.mjs TARGET FOLDER`, where the target is
// `marketplace`, `open-vsx` or `github`. It imports no package, since two of the three jobs install none.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Of } from './checksum.mjs';
import { filesOf, publishCommands } from './commands.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [target = '', folder = ''] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { vsix, checksum } = filesOf(join(folder, `vectorscope-${version}.vsix`));

const expected = readFileSync(checksum, 'utf8').split(' ')[0];
const found = await sha256Of(vsix);
if (found !== expected) throw new Error(`${vsix} has the SHA-256 ${found} instead of ${expected}. Package again.`);

const command = Object.entries(publishCommands(version, vsix)).find(([name]) => name === target)?.[1];
if (!command) throw new Error(`There is no target “${target}”. Choose marketplace, open-vsx or github.`);
const [program = '', ...args] = command;
console.log(command.join(' '));
process.exitCode = spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
