import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runHidden } from '../../src/engine/analysis/hiddenVectors';
import { dot, norm } from '../../src/engine/arrays/vectors';
import { localEngine } from '../../src/engine/localEngine';
import { loadModel } from '../../src/engine/model/load';
import { rawLogits } from '../../src/engine/model/logits';
import { connectServer } from '../../src/engine/servers/connect';
import { metrics } from '../../src/shared/metrics';
import { fromRoot, modelPath } from '../bench/inputs';
import { inRounds, median, passes, print, timed, type Check } from '../bench/measure';
import { FakeLlamaServer } from '../servers/fakeLlamaServer';
import { ownModel } from '../servers/ownModel';
import { differences } from '../servers/shapes';

// `npm run verify -- server URL [--model FILE] [--exact]`: a server that someone started, against the same model on
// this machine: ids, h, logits and probabilities of the reference's texts as far as it gives them, our share of the
// time, and whether the llama-server in our tests still answers as a real one does. `--exact`: nothing is
// rounded between the layers, so that logits must agree. Start one of
// `llama-server -m FILE --embeddings --pooling none -c 2048 -ub 2048 -b 2048 -np 1`
// `vllm serve FOLDER --runner pooling --convert embed --pooler-config.task token_embed --dtype float32` for h
// `vllm serve FOLDER --max-logprobs 50 --dtype float32` for lists.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string' }, exact: { type: 'boolean', default: false }, key: { type: 'string' } },
});
const [address] = positionals;
if (address === undefined) throw new Error('Give the address of the server: npm run verify -- server URL');
const path = values.model ?? modelPath;
const key = values.key === undefined ? {} : { key: values.key };

interface Reference {
  readonly tokenised: readonly { readonly text: string }[];
  readonly runs: readonly { readonly text: string }[];
}
const reference = JSON.parse(readFileSync(fromRoot('test/fixtures/reference.json'), 'utf8')) as Reference;
const server = await connectServer({ address, ...key });
if (!server.hidden && !server.lists) throw new Error(`The server gives ${server.gives} alone.`);
const { model } = await loadModel({ path }, undefined, () => undefined);
const { dimensions } = model.embedding;

const rows: Check[] = [];
const row = (what: string, found: number, bar: number, holds = found <= bar) =>
  rows.push([what, `${bar}`, found.toPrecision(3), holds]);

/** vLLM reads special tokens that a text spells as such, and has no choice for it. */
const plain = server.kind !== 'vLLM';
let wrongIds = 0;
for (const { text } of reference.tokenised) {
  const ours = Array.from(model.tokenizer.encode(text, { plain }).ids);
  const theirs = await server.tokenise({ text, added: model.tokenizer.first !== undefined, plain });
  if (theirs.map(({ id }) => id).join() !== ours.join()) wrongIds++;
}
row(`of ${reference.tokenised.length} texts, those with other ids`, wrongIds, 0);

let leastCosine = 1;
let furthestLogit = 0;
let largestLogit = 0;
let furthestProbability = 0;
for (const { text } of reference.runs) {
  const ids = Array.from(model.tokenizer.encode(text, { plain: false }).ids);
  const here = await runHidden(model, ids, {});
  // A server that gives lists alone is held against our own h.
  const there = (await server.hidden?.(ids)) ?? Float32Array.from(ids.flatMap((_, at) => [...here.at(at)]));
  for (const position of ids.keys()) {
    const [own, theirs] = [here.at(position), there.slice(position * dimensions, (position + 1) * dimensions)];
    leastCosine = Math.min(leastCosine, dot(own, theirs) / (norm(own) * norm(theirs)));
  }
  const last = [here.at(ids.length - 1), there.slice(-dimensions)];
  const [ours, theirs] = await Promise.all(
    last.map(async (hidden) => rawLogits(model, (await model.directions.dots([hidden])).slice())),
  );
  largestLogit = Math.max(largestLogit, ...(ours ?? []).map(Math.abs));
  ours?.forEach((logit, id) => (furthestLogit = Math.max(furthestLogit, Math.abs(logit - (theirs?.[id] ?? NaN)))));
  const [position] = (server.lists && (await server.listed?.(ids, { first: ids.length - 1, count: 5 }))) || [];
  const [found] = await model.directions.search([there.slice(-dimensions)], {
    count: 5,
    lists: model.directions.bias ? [...metrics, 'logit'] : metrics,
    hidden: 1,
  });
  const softmax = found?.softmax;
  for (const { id, logProbability } of position?.likeliest ?? []) {
    const own = model.capped(theirs?.[id] ?? NaN) - (softmax?.greatest ?? NaN) - (softmax?.logSum ?? NaN);
    furthestProbability = Math.max(furthestProbability, Math.abs(Math.exp(own - logProbability) - 1));
  }
}
if (server.hidden) {
  row('least cosine of h with ours, all positions', leastCosine, 0.9995, leastCosine > 0.9995);
  rows.push([
    `largest difference of a logit (the largest is ${largestLogit.toFixed(1)})`,
    values.exact ? '0.002' : '–',
    furthestLogit.toPrecision(3),
    !values.exact || furthestLogit <= 2e-3,
  ]);
}
if (server.lists) row('first five probabilities, from h against its own, relative', furthestProbability, 0.03);

// Our share of an inspection of 256 tokens: all but the time of the server itself, against the search on our own h.
const served = localEngine();
await served.load({ path: address, server: { address, ...key, matrices: path } });
const words = reference.runs
  .map(({ text }) => text)
  .join(' ')
  .repeat(6);
const limit = 256;
const textOf = (round: number) => `${round} ${words}`;
const idsOf = (round: number) =>
  Array.from(model.tokenizer.encode(textOf(round), { plain: false }).ids).slice(0, limit);
const headers = { 'Content-Type': 'application/json', ...(values.key && { Authorization: `Bearer ${values.key}` }) };
const times = await inRounds(server.hidden ? 7 : 0, {
  whole: (round) => timed(() => served.run({ text: textOf(round), limit })),
  server: (round) => {
    const ids = idsOf(round);
    const [path, body] =
      server.kind === 'vLLM'
        ? ['/pooling', { model: server.model, task: 'token_embed', input: ids, use_activation: false }]
        : ['/embeddings', { content: ids }];
    const asked = { method: 'POST', body: JSON.stringify(body), headers };
    return timed(async () => (await fetch(`${address}${path}`, asked)).arrayBuffer());
  },
  search: async (round) => {
    const ids = idsOf(round);
    const here = await runHidden(model, ids, {});
    const queries = ids.map((_, position) => here.at(position));
    return timed(() => model.directions.search(queries, { count: 20, lists: metrics, hidden: limit }));
  },
});
if (server.hidden) {
  const [whole, own, search] = [times.whole, times.server, times.search].map((all) => median(all.slice(1))) as [
    ...[number, number, number],
  ];
  const said = `our share ${(whole - own).toFixed(0)} ms over the same search ${search.toFixed(0)} ms`;
  row(`${limit} tokens: ${said}`, (whole - own) / search, 1.2);
}
await served.close();

if (server.kind === 'llama.cpp' && path === modelPath) {
  const behind = await ownModel(path, server.contextLength ?? 2048);
  const fake = await FakeLlamaServer.start({ ...behind, batch: 2048 });
  const found = await differences(fake.address, address, values.key);
  rows.push(['answers of the server in our tests that are unlike', '0', `${found.length}`, found.length === 0]);
  for (const one of found) print(one);
  await fake.close();
  await behind.close();
}
await model.release();

print(`${server.kind} at ${address}`);
process.exit(passes(rows) ? 0 : 1);
