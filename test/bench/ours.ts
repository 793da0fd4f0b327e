import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEngineProcess } from '../../src/extension/node/engineProcess';
import { defaultModel } from '../../src/shared/defaultModel';
import { connectEngine } from '../../src/shared/enginePort';

// Our side of the benchmark: the engine in its process, as the extension runs it. Speaks one JSON object a line, as the
// PyTorch side does; a line of standard input names what to time.

const root = new URL('../../', import.meta.url);
const path = (relative: string) => fileURLToPath(new URL(relative, root));
const say = (values: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(values)}\n`);

/** Peak resident memory of the engine's process so far, MiB. Linux only. */
function peak(): number {
  const [child] = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ');
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1]) / 1024;
}

const prompts = JSON.parse(readFileSync(path('test/fixtures/prompts.json'), 'utf8')) as Record<string, { text: string }>;
const textOf = (name: string) => {
  const prompt = prompts[name];
  if (!prompt) throw new Error(`There is no prompt “${name}”.`);
  return prompt.text;
};

const worker = startEngineProcess(path('dist/node/worker.mjs'));
const engine = connectEngine(worker);
await engine.load({ path: path(defaultModel.path), sha256: defaultModel.sha256 });
await engine.run({ text: textOf('16') });
// The other side takes the time from the start of the process to this line.
say({ ready: true });

/** Runs another text, so that nothing of the next one is known already. */
const forget = () => engine.run({ text: 'Otherwise' });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const tasks: Record<string, () => Promise<number>> = {
  async one() {
    await engine.tokenise({ text: ' Paris' });
    return timed(async () => {
      const { tokens } = await engine.tokenise({ text: ' Berlin' });
      await engine.neighbours({ id: tokens[0]?.id ?? 0, count: 10, centred: false });
    });
  },
  async full() {
    await forget();
    return timed(() => engine.run({ text: textOf('256') }));
  },
  async grown() {
    const { tokens } = await engine.tokenise({ text: textOf('256') });
    await forget();
    await engine.run({ text: textOf('256').slice(0, tokens.at(-4)?.start) });
    return timed(() => engine.run({ text: textOf('256') }));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const task = tasks[line];
  if (!task) await forget();
  const milliseconds = task ? await task() : await timed(() => engine.inspect({ text: textOf(line), neighbours: 10, top: 20, layers: true, centred: false }));
  say({ milliseconds, peakMiB: peak() });
}
await worker.terminate();
