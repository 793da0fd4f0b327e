import { Command, CommanderError } from 'commander';
import { LocalEngine } from '../engine/localEngine';
import type { Engine } from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { LabRequest } from '../shared/lab';
import { labTables } from './labTables';
import { modelRequest, positiveNumber, runProgram, version, wholeNumber } from './program';

interface Common {
  readonly json: boolean;
  readonly model?: string;
}

type Read<O> = (engine: Engine, options: O) => LabRequest | Promise<LabRequest>;

const anyId = wholeNumber(0, 2 ** 31 - 1);
const text = 'The capital of France is';
let asked: { readonly read: (engine: Engine) => LabRequest | Promise<LabRequest>; readonly options: Common } | undefined;

const program = new Command('lab')
  .description('Tests on a model what direction, size and distance decide.')
  .version(version, '--version')
  .helpOption('--help')
  .exitOverride();

/** An experiment as a command of its own, so that its help tells its own options. */
function experiment<O>(name: LabRequest['name'], description: string, read: Read<O>): Command {
  return program
    .command(name)
    .description(description)
    .option('--json', 'print one JSON object instead of tables', false)
    .option('--model <file or folder>', 'a GGUF file, or a folder as on Hugging Face, instead of the model that ships with Vectorscope')
    .exitOverride()
    .action((options: O & Common) => {
      asked = { read: (engine) => read(engine, options), options };
    });
}

interface RulersFlags {
  readonly token: string;
  readonly id?: number;
  readonly k: number;
  readonly sample: number;
}

for (const [name, description] of [
  ['rulers', 'the neighbours of a token by distance, dot product and cosine, and how far the three lists agree'],
  ['one-length', 'the same with all rows scaled to one length'],
] as const) {
  experiment<RulersFlags>(name, description, async (engine, { token, id, k, sample }) => ({ name, options: { id: id ?? (await idOf(engine, token)), k, sample } }))
    .option('--token <text>', 'the token, as text', ' Paris')
    .option('--id <n>', 'the token, by its id', anyId)
    .option('--k <k>', 'length of the lists', wholeNumber(1, 1000), 10)
    .option('--sample <n>', 'tokens of the vocabulary that are compared beside it', anyId, 1000);
}

experiment<{ readonly sample?: number }>('round-trip', 'the tokens that, embedded and unembedded with nothing between, do not come back', (_, { sample }) => ({ name: 'round-trip', options: { ...(sample !== undefined && { sample }) } })).option(
  '--sample <n>',
  'tokens tried, evenly spaced; the whole vocabulary where it is absent',
  anyId,
);

experiment<{ readonly directions: number; readonly seed: number }>('target-size', 'how many random directions each token wins, against its size', (_, { directions, seed }) => ({ name: 'target-size', options: { directions, seed } }))
  .option('--directions <n>', 'how many directions', wholeNumber(1, 1_000_000), 40_000)
  .option('--seed <n>', 'where the random numbers begin', anyId, 1);

experiment<{ readonly text: string; readonly size: number; readonly seed: number }>('softmax-shift', 'what changes when one vector is added to every output row', (_, { text, size, seed }) => ({ name: 'softmax-shift', options: { text, size, seed } }))
  .option('--text <text>', 'the text whose prediction is looked at', text)
  .option('--size <x>', 'length of the vector', positiveNumber, 10)
  .option('--seed <n>', 'where the random numbers begin', anyId, 1);

experiment<{ readonly text: string }>('length', 'where the length of a vector counts: before the final norm and after it', (_, { text }) => ({ name: 'length', options: { text } })).option(
  '--text <text>',
  'the text whose prediction is looked at',
  text,
);

experiment<{ readonly from: string; readonly to: string; readonly steps: number; readonly text: string }>('between', 'a walk from one token to another, straight and along the sphere', async (engine, { from, to, steps, text }) => ({
  name: 'between',
  options: { from: await idOf(engine, from), to: await idOf(engine, to), steps, text },
}))
  .option('--from <text>', 'the first token, as text', ' king')
  .option('--to <text>', 'the last token, as text', ' queen')
  .option('--steps <n>', 'points on the way, both ends included', wholeNumber(2, 101), 11)
  .option('--text <text>', 'the text in which the mixture stands in place of the last token', 'The crown belongs to the king');

experiment('tied', 'how far the input vector of every token is from its output vector', () => ({ name: 'tied', options: {} }));
experiment('extremes', 'the longest and the shortest tokens, duplicates, and tokens that no text gives', () => ({ name: 'extremes', options: {} }));

async function idOf(engine: Engine, token: string): Promise<number> {
  const { tokens } = await engine.tokenise({ text: token });
  const [first] = tokens;
  if (first && tokens.length === 1) return first.id;
  throw new EngineError('bad-request', `“${token}” is ${tokens.length} tokens of this model; give the text of one, or its id.`);
}

runProgram(async () => {
  try {
    program.parse();
  } catch (error) {
    // commander has printed its sentence already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  if (!asked) return 2;
  const engine = new LocalEngine();
  const model = await engine.load(modelRequest(asked.options.model));
  const request = await asked.read(engine);
  const found = await engine.lab(request);
  process.stdout.write(asked.options.json ? `${JSON.stringify({ name: found.name, model: model.name, options: request.options, result: found.result })}\n` : labTables(found));
  return 0;
});
