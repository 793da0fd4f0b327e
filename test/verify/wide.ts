import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { codeServerRunsHere, installCodeServer } from '../../scripts/editor/install.mjs';
import { localEngine } from '../../src/engine/localEngine';
import { machineMemory } from '../../src/engine/model/memory';
import { defaultModel } from '../../src/shared/defaultModel';
import { startChild } from '../bench/child';
import { environmentFor } from '../bench/engineUnderTest';
import { print } from '../bench/measure';

// `npm run verify -- wide [--node /path/to/node]`: whole inspections of every fixture and of the default model, on one
// to eight threads, give the same bits with tiles of 256 bits as with those of 128. Runs in the Node.js of the editor
// in the browser unless another is named, and fails where that does not compute with 256 bits.

interface Bits {
  readonly vectorBits: number;
  /** A hash of all numbers by the model and the number of threads. */
  readonly hashes: Readonly<Record<string, string>>;
}

const { values } = parseArgs({ options: { node: { type: 'string' }, child: { type: 'boolean', default: false } } });
if (values.child) {
  print(JSON.stringify(await bits()));
  process.exit();
}
const node = values.node ?? (codeServerRunsHere ? (await installCodeServer()).node : process.execPath);
const [wide, narrow] = await Promise.all(
  (['wide', 'relaxed'] as const).map(async (build) => {
    const { first, stop } = await startChild<Bits, never>(
      node,
      [process.argv[1] as string, '--child'],
      environmentFor(build),
    );
    await stop();
    return first;
  }),
);
if (wide?.vectorBits !== 256 || narrow?.vectorBits !== 128)
  throw new Error(
    `${node} computes with ${wide?.vectorBits} and ${narrow?.vectorBits} bits; 256 and 128 were expected.`,
  );
const differing = Object.keys(narrow.hashes).filter((name) => wide.hashes[name] !== narrow.hashes[name]);
if (differing.length > 0) throw new Error(`The bits differ: ${differing.join(', ')}.`);
print(`The bits are the same: ${Object.keys(narrow.hashes).length} inspections.`);
process.exit();

async function bits(): Promise<Bits> {
  const text = 'The capital of France is Paris, and the one of Italy is';
  const families = 'test/fixtures/families/';
  const fixtures = readdirSync(families).filter((name) => name.endsWith('.gguf'));
  const hashes: Record<string, string> = {};
  let vectorBits = 0;
  for (const path of [...fixtures.map((name) => families + name), defaultModel.path])
    for (const threads of [1, 2, 3, 8]) {
      const engine = localEngine(machineMemory);
      ({ vectorBits = 0 } = await engine.load({ path, threads }));
      const found = await engine.inspect({ text, neighbours: 10, top: 20, layers: true, centred: false });
      const hidden = await engine.hidden({ text });
      hashes[`${basename(path)}, ${threads} threads`] = createHash('sha256')
        .update(JSON.stringify(found))
        .update(new Uint8Array(hidden.buffer, hidden.byteOffset, hidden.byteLength))
        .digest('hex');
      await engine.close();
    }
  return { vectorBits, hashes };
}
