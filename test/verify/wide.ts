import { parseArgs } from 'node:util';
import { placePrograms } from '../../scripts/build/program.mjs';
import { codeServerRunsHere, installCodeServer } from '../../scripts/editor/install.mjs';
import { startChild } from '../bench/child';
import { environmentFor } from '../bench/engineUnderTest';
import type { Bits } from './wideBits';

// `npm run verify -- wide [--node /path/to/node]`: whole inspections of every fixture and of the default model, on one
// to eight threads, give the same bits with tiles of 256 bits as with those of 128. Runs in the Node.js of the editor
// in the browser unless another is named, and fails where that does not compute with 256 bits. Takes a minute or two.

const { values } = parseArgs({ options: { node: { type: 'string' } } });
const node = values.node ?? (codeServerRunsHere ? (await installCodeServer()).node : process.execPath);
const [program = ''] = await placePrograms('verify', { bits: 'test/verify/wideBits.ts' }, {});
const [wide, narrow] = await Promise.all(
  (['wide', 'relaxed'] as const).map(async (build) => {
    const child = await startChild<Bits, never>(node, [program], environmentFor(build));
    await child.stop();
    return child.first;
  }),
);
if (!wide || !narrow || wide.vectorBits !== 256 || narrow.vectorBits !== 128)
  throw new Error(
    `${node} computes with ${wide?.vectorBits} and ${narrow?.vectorBits} bits; 256 and 128 were expected.`,
  );
const differing = Object.keys(narrow.hashes).filter((name) => wide.hashes[name] !== narrow.hashes[name]);
if (differing.length > 0) throw new Error(`The bits differ: ${differing.join(', ')}.`);
process.stdout.write(`The bits are the same: ${Object.keys(narrow.hashes).length} inspections.\n`);
process.exit();
