import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localEngine } from '../../src/engine/localEngine';
import { machineMemory } from '../../src/engine/model/memory';
import { defaultModel } from '../../src/shared/defaultModel';

// The bits of whole inspections, for `npm run verify -- wide`: says one line of JSON.

export interface Bits {
  readonly vectorBits: number;
  /** A hash of all numbers by the model and the number of threads. */
  readonly hashes: Readonly<Record<string, string>>;
}

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const threadCounts = [1, 2, 3, 8];
const text = 'The capital of France is Paris, and the one of Italy is';

const families = readdirSync(path('test/fixtures/families')).filter((name) => name.endsWith('.gguf'));
const models = [...families.map((name) => path(`test/fixtures/families/${name}`)), path(defaultModel.path)];
const hashes: Record<string, string> = {};
let vectorBits = 0;
for (const model of models) {
  for (const threads of threadCounts) {
    const engine = localEngine(machineMemory);
    ({ vectorBits = 0 } = await engine.load({ path: model, threads }));
    const found = await engine.inspect({ text, neighbours: 10, top: 20, layers: true, centred: false });
    const hidden = await engine.hidden({ text });
    hashes[`${basename(model)}, ${threads} threads`] = createHash('sha256')
      .update(JSON.stringify(found))
      .update(new Uint8Array(hidden.buffer, hidden.byteOffset, hidden.byteLength))
      .digest('hex');
    await engine.close();
  }
}
const bits: Bits = { vectorBits, hashes };
process.stdout.write(`${JSON.stringify(bits)}\n`);
process.exit();
