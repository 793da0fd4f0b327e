import { readFileSync } from 'node:fs';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EngineWorker } from '../../src/extension/engineWorker';
import { startEngineProcess } from '../../src/extension/node/engineProcess';
import { defaultModel } from '../../src/shared/defaultModel';

// What a process that loads and unloads the model holds: before, loaded and after a run, and unloaded; one JSON line,
// MiB.

const root = new URL('../../', import.meta.url);
const path = (relative: string) => fileURLToPath(new URL(relative, root));
const prompts = JSON.parse(readFileSync(path('test/fixtures/prompts.json'), 'utf8')) as Record<
  string,
  { text: string }
>;
const resident = () => process.memoryUsage.rss() / 2 ** 20;

/** The system takes pages back a while after the worker has ended; at most so long, milliseconds. */
const longest = 5000;

async function settled(): Promise<number> {
  let least = resident();
  for (const start = performance.now(); performance.now() - start < longest; await pass(100))
    least = Math.min(least, resident());
  return least;
}

const worker = new EngineWorker(
  () => startEngineProcess(path('dist/node/worker.mjs')),
  { info: () => {}, error: (line) => process.stderr.write(`${line}\n`) },
  {
    lost: () => 'The engine ended.',
    hung: () => 'The engine hung.',
    idleMinutes: () => 0,
  },
);
worker.listen({ gpu: ({ session }, answer) => answer({ session, kind: 'ended', why: 'no-page' }) });
const before = resident();
let loaded = 0;
const after: number[] = [];
for (let round = 0; round < 3; round++) {
  await worker.engine.load({ path: path(defaultModel.path), sha256: defaultModel.sha256 });
  await worker.engine.run({ text: prompts['256']?.text ?? '' });
  loaded = Math.max(loaded, resident());
  await worker.unload();
  after.push(await settled());
}
process.stdout.write(`${JSON.stringify({ before, loaded, after })}\n`);
