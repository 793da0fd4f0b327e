// `npm run -s lab -- NAME`: builds the command line (a fraction of a second) and hands over to it.
import { buildEngine } from './build.mjs';

await buildEngine();
await import('../dist/node/lab.mjs');
