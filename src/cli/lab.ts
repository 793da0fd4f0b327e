import type { Command } from 'commander';
import type { Engine } from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { LabRequest } from '../shared/lab';
import { labTables } from './labTables';
import {
  geometryOption,
  loadEngine,
  modelOption,
  newCommand,
  positiveNumber,
  version,
  wholeNumber,
  type Io,
  type ModelOptions,
} from './program';

interface Common extends ModelOptions {
  readonly json: boolean;
}

type Read<O> = (engine: Engine, options: O) => LabRequest | Promise<LabRequest>;

/** Adds an experiment as a command of its own, so that its help tells its own options. */
type Add = <O>(name: LabRequest['name'], description: string, read: Read<O>) => Command;

const anyId = wholeNumber(0, 2 ** 31 - 1);
const text = 'The capital of France is';

/** Tests on a model what direction, size and distance decide. */
export async function lab(args: readonly string[], io: Io): Promise<void> {
  const command = newCommand('vectorscope lab', io)
    .description('Tests on a model what direction, size and distance decide.')
    .version(version, '--version');
  const add: Add = <O>(name: LabRequest['name'], description: string, read: Read<O>) =>
    command
      .command(name)
      .description(description)
      .option('--json', 'print one JSON object instead of tables', false)
      .option(...modelOption)
      .option(...geometryOption)
      .action((options: O & Common) => perform(io, (engine) => read(engine, options), options));
  addRulers(add);
  addSizes(add);
  addTexts(add);
  addRows(add);
  await command.parseAsync(args, { from: 'user' });
}

async function perform(
  io: Io,
  read: (engine: Engine) => LabRequest | Promise<LabRequest>,
  options: Common,
): Promise<void> {
  const { engine, model } = await loadEngine(io, options);
  const request = await read(engine);
  const found = await engine.lab(request);
  io.out(
    options.json
      ? `${JSON.stringify({ name: found.name, model: model.name, options: request.options, result: found.result })}\n`
      : labTables(found),
  );
}

interface RulersFlags {
  readonly token: string;
  readonly id?: number;
  readonly k: number;
  readonly sample: number;
}

function addRulers(add: Add): void {
  for (const [name, description] of [
    ['rulers', 'the neighbours of a token by distance, dot product and cosine, and how far the three lists agree'],
    ['one-length', 'the same with all rows scaled to one length'],
  ] as const) {
    add<RulersFlags>(name, description, async (engine, { token, id, k, sample }) => ({
      name,
      options: { id: id ?? (await idOf(engine, token)), k, sample },
    }))
      .option('--token <text>', 'the token, as text', ' Paris')
      .option('--id <n>', 'the token, by its id', anyId)
      .option('--k <k>', 'length of the lists', wholeNumber(1, 1000), 10)
      .option('--sample <n>', 'tokens of the vocabulary that are compared beside it', anyId, 1000);
  }
}

function addSizes(add: Add): void {
  add<{ readonly sample?: number }>(
    'round-trip',
    'the tokens that, embedded and unembedded with nothing between, do not come back',
    (_, { sample }) => ({ name: 'round-trip', options: { ...(sample !== undefined && { sample }) } }),
  ).option('--sample <n>', 'tokens tried, evenly spaced; the whole vocabulary where it is absent', anyId);

  add<{ readonly directions: number; readonly seed: number }>(
    'target-size',
    'how many random directions each token wins, against its size',
    (_, { directions, seed }) => ({ name: 'target-size', options: { directions, seed } }),
  )
    .option('--directions <n>', 'how many directions', wholeNumber(1, 1_000_000), 40_000)
    .option('--seed <n>', 'where the random numbers begin', anyId, 1);
}

function addTexts(add: Add): void {
  add<{ readonly text: string; readonly size: number; readonly seed: number }>(
    'softmax-shift',
    'what changes when one vector is added to every output row',
    (_, { text, size, seed }) => ({ name: 'softmax-shift', options: { text, size, seed } }),
  )
    .option('--text <text>', 'the text whose prediction is looked at', text)
    .option('--size <x>', 'length of the vector', positiveNumber, 10)
    .option('--seed <n>', 'where the random numbers begin', anyId, 1);

  add<{ readonly text: string }>(
    'length',
    'where the length of a vector counts: before the final norm and after it',
    (_, { text }) => ({ name: 'length', options: { text } }),
  ).option('--text <text>', 'the text whose prediction is looked at', text);

  add<{ readonly from: string; readonly to: string; readonly steps: number; readonly text: string }>(
    'between',
    'a walk from one token to another, straight and along the sphere',
    async (engine, { from, to, steps, text }) => ({
      name: 'between',
      options: { from: await idOf(engine, from), to: await idOf(engine, to), steps, text },
    }),
  )
    .option('--from <text>', 'the first token, as text', ' king')
    .option('--to <text>', 'the last token, as text', ' queen')
    .option('--steps <n>', 'points on the way, both ends included', wholeNumber(2, 101), 11)
    .option(
      '--text <text>',
      'the text in which the mixture stands in place of the last token',
      'The crown belongs to the king',
    );
}

function addRows(add: Add): void {
  add('tied', 'how far the input vector of every token is from its output vector', () => ({
    name: 'tied',
    options: {},
  }));
  add('extremes', 'the longest and the shortest tokens, duplicates, and tokens that no text gives', () => ({
    name: 'extremes',
    options: {},
  }));
}

async function idOf(engine: Engine, token: string): Promise<number> {
  const { tokens } = await engine.tokenise({ text: token });
  const [first] = tokens;
  if (first && tokens.length === 1) return first.id;
  throw new EngineError(
    'bad-request',
    `“${token}” is ${tokens.length} tokens of this model; give the text of one, or its id.`,
  );
}
