import { writeFileSync } from 'node:fs';
import { localEngine } from '../src/engine/localEngine';
import { defaultModel } from '../src/shared/defaultModel';
import { recordedSample } from './unit/support/recordedSample';

// `npm run sample` writes what the page without an editor shows before its model is downloaded.

const engine = localEngine();
writeFileSync('src/page/sample.json', `${JSON.stringify(await recordedSample(engine, defaultModel.path))}\n`);
await engine.close();
