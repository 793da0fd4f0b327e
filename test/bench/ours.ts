import { createInterface } from 'node:readline';
import { defaultModel } from '../../src/shared/defaultModel';
import { builtWorker, startEngine } from './engineUnderTest';
import { modelPath, prompts } from './inputs';
import { slowestCancelWithin, timed } from './measure';

// Our side of the benchmark: the engine in its process, as the extension runs it. Speaks one JSON object a line, as the
// PyTorch side does; a line of standard input names what to time.

const say = (values: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(values)}\n`);
const textOf = (name: string) => {
  const prompt = prompts[name as keyof typeof prompts];
  if (!prompt) throw new Error(`There is no prompt “${name}”.`);
  return prompt.text;
};

const { engine, peak, end } = startEngine(builtWorker());
const { vectorBits } = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
await engine.run({ text: textOf('16') });
// The other side takes the time from the start of the process to this line.
say({ vectorBits });

/** Runs another text, so that nothing of the next one is known already. */
const forget = () => engine.run({ text: 'Otherwise' });

const inspect = (length: string, signal?: AbortSignal) =>
  engine.inspect(
    { text: textOf(length), neighbours: 10, top: 20, layers: true, centred: false },
    { ...(signal && { signal }) },
  );

const tasks: Record<string, () => Promise<number>> = {
  async one() {
    const neighboursOf = async (text: string) => {
      const { tokens } = await engine.tokenise({ text });
      await engine.neighbours({ id: tokens[0]?.id ?? 0, count: 10, centred: false });
    };
    // Warm: the first tokens that a process is asked for take longer.
    for (const text of [' Paris', ' Rome', ' Madrid']) await neighboursOf(text);
    return timed(() => neighboursOf(' Berlin'));
  },
  async full() {
    await forget();
    return timed(() => engine.run({ text: textOf('256') }));
  },
  async grown() {
    const text = textOf('256');
    const { tokens } = await engine.tokenise({ text });
    await forget();
    await engine.run({ text: text.slice(0, tokens[250]?.start) });
    return timed(() => engine.run({ text: text.slice(0, tokens[254]?.start) }));
  },
  async cancel() {
    await forget();
    const whole = await timed(() => inspect('256'));
    return slowestCancelWithin(whole, ({ signal }) => inspect('256', signal), forget);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const task = tasks[line];
  if (!task) await forget();
  const milliseconds = task ? await task() : await timed(() => inspect(line));
  say({ milliseconds, peakMiB: peak() });
}
await end();
