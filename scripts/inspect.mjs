// `npm run -s inspect -- "text"`: builds the command line (a fraction of a second) and hands over to it.
import { buildEngine } from './build.mjs';

await buildEngine();
await import('../dist/node/cli.mjs');
