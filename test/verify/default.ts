import { fileURLToPath } from 'node:url';
import { defaultModel } from '../../src/shared/defaultModel';
import { attention } from './default/attention';
import { compare } from './default/compare';
import { document } from './default/document';
import { lens } from './default/lens';
import { vectors } from './default/vectors';

// One kind of figure of the default model beside float64 from the equations. Ends with 1 where one is further away than
// its bar.

const kinds: Readonly<Record<string, (path: string) => Promise<boolean>>> = {
  ...{ attention, compare, document, lens, vectors },
};
const path = fileURLToPath(new URL(`../../${defaultModel.path}`, import.meta.url));
process.exit((await kinds[process.argv[2] ?? '']?.(path)) ? 0 : 1);
