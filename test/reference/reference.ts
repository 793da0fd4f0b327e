import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { defaultModel } from '../../src/shared/defaultModel';
import { numpyPython } from './python';

// `npm run reference`: computes the fixtures of the default model anew in float64, by numpy and without any code of the
// engine, and prints for each file how far its numbers were from those in the tree.

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const given = ['test/reference/write.py', defaultModel.path, 'test/fixtures'].map(inRepository);
process.exitCode = spawnSync(numpyPython(), ['-B', ...given], { stdio: 'inherit' }).status ?? 1;
