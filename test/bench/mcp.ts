import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildCommandLine } from '../../scripts/build.mjs';
import { mcpClient } from '../unit/support/mcpClient';
import { loadEngine } from './bare';
import { median, print, report, timed } from './measure';

// `npm run bench:mcp [-- --rounds 21]`: the bytes of two answers, and `predict` of 64 tokens through an MCP client and
// server, beside the same request to an engine in this process. Every round has a text of its own, so nothing of an
// earlier run is reused, and the order of the two alternates. Never fails on a time.

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '21' } } });
const rounds = Number(values.rounds);
await buildCommandLine();
const prompts = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../test/fixtures/prompts.json', import.meta.url)), 'utf8'),
) as Record<'64', { text: string }>;

const engine = await loadEngine();
const agent = await mcpClient(fileURLToPath(new URL('../../bin/vectorscope.mjs', import.meta.url)));
const textOf = (round: number) => `${String.fromCharCode(65 + round)}${prompts['64'].text.slice(1)}`;
const own = (text: string) =>
  engine.inspect({ text, top: 20, limit: 512, plain: false, neighbours: 0, layers: false, centred: false });
const served = async (text: string) => {
  const { isError } = await agent.call('predict', { text });
  if (isError) throw new Error('The tool failed.');
};

const france = 'The capital of France is';
const answers = [
  ['tokens', { text: france }, 1557],
  ['why', { text: france, a: ' Paris', b: ' London' }, 10_878],
] as const;
const sizes: [string, string, string][] = [];
for (const [name, given, once] of answers) {
  const { text, json } = await agent.call(name, given);
  const [words, object] = [text, JSON.stringify(json)].map((all) => Buffer.byteLength(all)) as [number, number];
  const share = `${((100 * (words + object)) / once).toFixed(0)} % of ${once}`;
  sizes.push([`${name}: text + structuredContent`, `${words} + ${object} bytes, ${share}`, '≤ 40 %']);
}
print(`answers about “${france}”, beside their bytes when the text ended with the JSON of every number`);
report(sizes);

// The first calls load the model and compile the kernels.
for (const round of [rounds, rounds + 1]) {
  await own(textOf(round));
  await served(textOf(round));
}
const found: { readonly own: number[]; readonly served: number[] } = { own: [], served: [] };
for (let round = 0; round < rounds; round++) {
  const text = textOf(round);
  const measureOwn = async () => found.own.push(await timed(() => own(text)));
  const measureServed = async () => found.served.push(await timed(() => served(text)));
  const both = [measureOwn, measureServed];
  for (const measure of round % 2 ? both.reverse() : both) await measure();
}
await agent.close();
const [alone, over] = [median(found.own), median(found.served)];
print(`predict of ${prompts['64'].text.length} characters, medians of ${rounds} rounds in alternating order`);
report([
  ['the engine in this process', `${alone.toFixed(0)} ms`, ''],
  ['over MCP', `${over.toFixed(0)} ms`, ''],
  ['ratio', (over / alone).toFixed(2), '≤ 1.1'],
]);
process.exit();
