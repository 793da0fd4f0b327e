// `npm run -s inspect -- "text"` and `npm run -s lab -- NAME`: builds the command line where it is out of date, and
// hands over to it.
import { buildCommandLine } from './build.mjs';

await buildCommandLine();
await import('../dist/cli/vectorscope.mjs');
