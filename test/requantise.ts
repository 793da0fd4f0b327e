import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defaultModel } from '../src/shared/defaultModel';
import { requantise, type Requantised } from './unit/support/requantise';

// `npm run requantise -- Q4_0|Q8_0 [FILE]` writes a copy of FILE, or of the model that ships inside, into
// dist/copies, for the guide's page on two models. Its matrices are rounded to the type.

const [, , type, file = defaultModel.path] = process.argv;
if (type !== 'Q4_0' && type !== 'Q8_0') throw new Error(`The type is ${type ?? 'missing'}; it must be Q4_0 or Q8_0.`);
const folder = join('dist', 'copies');
mkdirSync(folder, { recursive: true });
const copy = join(folder, `${basename(file).replace(/\.[^.]+\.gguf$|\.gguf$/, '')}.${type satisfies Requantised}.gguf`);
writeFileSync(copy, requantise(readFileSync(file), type));
process.stdout.write(`${copy}\n`);
