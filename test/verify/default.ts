import { parseArgs } from 'node:util';
import { modelPath } from '../bench/inputs';
import { compare } from './default/compare';
import { continuation } from './default/continuation';
import { document } from './default/document';
import { untrained } from './default/untrained';
import { vocabulary } from './default/vocabulary';

// One claim about the default model, or about a file that is named, beside numbers of independent implementations. Ends
// with 1 where a number is further away than its bar.

const claims: Readonly<Record<string, (path: string) => Promise<boolean>>> = {
  ...{ compare, continuation, document, untrained, vocabulary },
};
const [name = '', path = modelPath] = parseArgs({
  allowPositionals: true,
}).positionals;
process.exit((await claims[name]?.(path)) ? 0 : 1);
