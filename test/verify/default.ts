import { parseArgs } from 'node:util';
import { modelPath } from '../bench/inputs';
import { cuts } from './cuts';
import { compare } from './default/compare';
import { continuation } from './default/continuation';
import { document } from './default/document';
import { matters } from './default/matters';
import { untrained } from './default/untrained';
import { vocabulary } from './default/vocabulary';

// One claim about the default model, a file that is named, or tokenizers, beside independent implementations. Ends with
// 1 where a number is further away than its bar.

const claims: Readonly<Record<string, (path: string) => Promise<boolean>>> = {
  ...{ compare, continuation, cuts, document, matters, untrained, vocabulary },
};
const [name = '', path = modelPath] = parseArgs({
  allowPositionals: true,
}).positionals;
process.exit((await claims[name]?.(path)) ? 0 : 1);
