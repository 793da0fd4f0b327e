import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultModel } from '../src/shared/defaultModel';
import { requantise, type Requantised } from './unit/support/requantise';

// `npm run requantise -- Q4_0|Q8_0 [FILE]` writes a copy of FILE, or of the model that ships inside, into
// dist/copies or the folder of --to, for the guide's page on two models. Its matrices are rounded to the type.

const usage = `Usage: npm run requantise -- Q4_0|Q8_0 [FILE] [--to FOLDER]

Writes a copy of FILE, or of the model that ships inside, with its matrices rounded to the type.
FOLDER is dist/copies unless it is named.
`;

const isType = (word: string): word is Requantised => word === 'Q4_0' || word === 'Q8_0';

function fault(sentence: string): void {
  process.stderr.write(`${sentence}\n\n${usage}`);
  process.exitCode = 2;
}

function run(): void {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean' }, to: { type: 'string', default: join('dist', 'copies') } },
    allowPositionals: true,
  });
  if (values.help) return void process.stdout.write(usage);
  const type = positionals.find(isType);
  const [file = defaultModel.path, ...others] = positionals.filter((word) => word !== type);
  if (type === undefined || others.length > 0) return fault('Name one type, Q4_0 or Q8_0, and at most one file.');
  if (!existsSync(file)) return fault(`There is no file ${file}.`);
  mkdirSync(values.to, { recursive: true });
  const copy = join(values.to, `${basename(file).replace(/\.[^.]+\.gguf$|\.gguf$/, '')}.${type}.gguf`);
  writeFileSync(copy, requantise(readFileSync(file), type));
  process.stdout.write(`${copy}\n`);
}

try {
  run();
} catch (error) {
  fault(error instanceof Error ? error.message : String(error));
}
