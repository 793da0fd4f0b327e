import { fileURLToPath } from 'node:url';
import { table } from '../../src/cli/text';
import { LocalEngine } from '../../src/engine/localEngine';
import { loadModel } from '../../src/engine/model/load';
import { defaultModel } from '../../src/shared/defaultModel';
import { textTruth } from '../unit/support/headsTruth';

// `npm run verify:attention`: every head of the default model on a short text against float64 from the equations: all
// weights, sizes and pushes. Fails if a number is further away than the bar. It takes a minute and 2 GB.

const bar = 1e-5;
const text = 'The capital of France is';
const output = 7042;

const path = fileURLToPath(new URL(`../../${defaultModel.path}`, import.meta.url));
const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
const truth = textTruth(model, Array.from(model.tokenizer.encode(text, { plain: false }).ids), output);
const engine = new LocalEngine();
await engine.load({ path, sha256: defaultModel.sha256 });
const { heads } = await engine.attention({ text, output });

const furthest = { weight: 0, 'size, relative': 0, push: 0 };
const compare = (what: keyof typeof furthest, found: number | undefined, expected: number, over = 1): void => {
  const apart = Math.abs((found ?? NaN) - expected) / over;
  // NaN stays.
  if (!(apart <= furthest[what])) furthest[what] = apart;
};
for (const { layer, head, rows, size, push } of heads) {
  const expected = truth.heads[layer]?.[head];
  if (!expected) throw new Error(`There is no head ${layer}.${head}.`);
  expected.rows.forEach((row, i) => row.forEach((weight, j) => compare('weight', rows[i]?.[j], weight)));
  expected.size.forEach((one, i) => compare('size, relative', size[i], one, one));
  expected.push.forEach((one, i) => compare('push', push?.[i], one));
}
const rows = Object.entries(furthest).map(([what, apart]) => [what, apart.toExponential(1), `≤ ${bar}`]);
process.stdout.write(`${table([`${heads.length} heads, furthest`, 'measured', 'bar'], rows, 'lrr')}\n`);
process.exit(Object.values(furthest).every((apart) => apart <= bar) ? 0 : 1);
