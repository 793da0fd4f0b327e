import { Option, type Command } from 'commander';
import { defaults, type Engine, type ModelInfo } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { fixed } from '../shared/format';
import {
  rangesOf,
  usual,
  type Experiment,
  type Experiments,
  type LabResult,
  type NumberRange,
  type UntrainedOptions,
  type UntrainedResult,
} from '../shared/lab';
import { equalAndUnreachable } from '../shared/labColumns';
import { labTablesOf } from '../shared/labTables';
import { metricNames } from '../shared/metrics';
import { namedOnly } from '../shared/neighbourTable';
import { isAdded } from '../shared/place';
import { english } from '../shared/translator';
import { referenceTemplate, untrainedSaid } from '../shared/untrainedWords';
import { printedTable } from '../tools/tables';
import { groupedCount, visible } from '../tools/text';
import { positiveNumber, wholeNumber } from './options';

export interface Loaded {
  readonly engine: Engine;
  readonly model: ModelInfo;
}

interface LabCommand<E extends Experiment> {
  readonly description: string;
  readonly addOptions?: (command: Command) => Command;
  /** The options of the experiment, read from those of the command. */
  readonly options: (
    command: Command,
    loaded: Loaded,
  ) => Experiments[E]['options'] | Promise<Experiments[E]['options']>;
  /** What stands above the tables of a result. */
  readonly said?: (result: Experiments[E]['result']) => readonly string[];
}

const france = 'The capital of France is';
const crown = 'The crown belongs to the king';

const whole = ({ least, most }: NumberRange) => wholeNumber(least, most);
/** A sample is at most the vocabulary, as on the page. */
const anySample = wholeNumber(0, 2 ** 31 - 1);
const seed = ['--seed <n>', 'the seed of the random numbers', whole(rangesOf('target-size').seed), usual.seed] as const;
const text = ['--text <text>', 'the text whose prediction is examined', france] as const;

export const commands: { readonly [E in Experiment]: LabCommand<E> } = {
  rulers: {
    description: `the neighbours of a token by ${metricNames(english)}, and how far the lists agree`,
    addOptions: addRulersOptions,
    options: rulersOptions,
  },
  'one-length': {
    description: 'the same with all rows scaled to one size',
    addOptions: addRulersOptions,
    options: rulersOptions,
  },
  'round-trip': {
    description: 'the tokens that do not come back when they are embedded and unembedded without any layer between',
    addOptions: (command) =>
      command.option(
        '--sample <n>',
        'how many tokens to try, evenly spaced; 0 tries the whole vocabulary, which takes long',
        anySample,
        usual.tried,
      ),
    options(command, { model }) {
      const { sample } = command.opts<{ sample: number }>();
      return sample === 0 ? {} : { sample: Math.min(sample, model.vocabulary) };
    },
  },
  'target-size': {
    description: 'how many random directions each token wins, against its size',
    addOptions: (command) =>
      command
        .option('--directions <n>', 'how many directions', whole(rangesOf('target-size').directions), usual.directions)
        .option(...seed),
    options(command) {
      const { directions, seed } = command.opts<Experiments['target-size']['options']>();
      return { directions, seed };
    },
    said: ({ winners, never }) => [
      `${groupedCount(winners)} tokens win at least one direction, ${groupedCount(never)} none`,
    ],
  },
  'softmax-shift': {
    description: 'what changes when one vector is added to every output row',
    addOptions: (command) =>
      command
        .option(...text)
        .option('--size <x>', 'size of the vector', positiveNumber, usual.shift)
        .option(...seed),
    options(command) {
      const { text, size, seed } = command.opts<Experiments['softmax-shift']['options']>();
      return { text, size, seed };
    },
  },
  length: {
    description: 'where the size of a vector matters: before or after the final norm',
    addOptions: (command) => command.option(...text),
    options(command) {
      const { text } = command.opts<Experiments['length']['options']>();
      return { text };
    },
  },
  between: {
    description: 'a walk from one token to another, straight and along the sphere',
    addOptions: (command) =>
      command
        .option('--from <text>', 'the first token, as text', ' king')
        .option('--to <text>', 'the last token, as text', ' queen')
        .option('--steps <n>', 'points on the path, both ends included', whole(rangesOf('between').steps), usual.steps)
        .option('--text <text>', 'the text whose last token is replaced by the mixture', crown),
    async options(command, { engine }) {
      const { from, to, steps, text } = command.opts<{ from: string; to: string; steps: number; text: string }>();
      return { from: await idOf(engine, from), to: await idOf(engine, to), steps, text };
    },
  },
  tied: {
    description: 'how far the input vector of every token is from its output vector',
    options: () => ({}),
  },
  extremes: {
    description: 'the largest and the smallest tokens, duplicates, and tokens that no text produces',
    options: () => ({}),
    said: (result) => [equalAndUnreachable(result, english)],
  },
  untrained: {
    description: 'the tokens that look as if they were never trained, and every control token',
    addOptions: withReference,
    options: referenceOptions,
    said: untrainedLines,
  },
};

function addRulersOptions(command: Command): Command {
  const { id, k } = rangesOf('rulers');
  return command
    .option('--token <text>', 'the token, as text', ' Paris')
    .addOption(new Option('--id <n>', 'the token, by its id').argParser(whole(id)).implies({ token: undefined }))
    .option('--k <k>', 'length of the lists', whole(k), defaults.neighbours)
    .option('--sample <n>', 'how many further tokens of the vocabulary to compare', anySample, usual.sample);
}

async function rulersOptions(command: Command, { engine, model }: Loaded): Promise<Experiments['rulers']['options']> {
  const { token, id, k, sample } = command.opts<{ token: string; id?: number; k: number; sample: number }>();
  return { id: id ?? (await idOf(engine, token)), k, sample: Math.min(sample, model.vocabulary) };
}

async function idOf(engine: Engine, token: string): Promise<number> {
  const { tokens: all } = await engine.tokenise({ text: token });
  // The token that the model adds before every text is not part of this text.
  const tokens = all.filter((one) => !isAdded(one));
  const [first] = tokens;
  if (first && tokens.length === 1) return first.id;
  throw badRequest`“${token}” is ${tokens.length} tokens of this model; give the text of one, or its id.`;
}

/** The options that name the reference. */
export function withReference(command: Command): Command {
  const { from, to } = rangesOf('untrained');
  return command
    .option(
      '--from <id>',
      'the first of the tokens that are known to be unused, to the last of all without --to; without both they are found by name',
      whole(from),
    )
    .option('--to <id>', 'the last of them; without --from they begin at 0', whole(to));
}

export function referenceOptions(command: Command): UntrainedOptions {
  const { from, to } = command.opts<UntrainedOptions>();
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** What was found, and of what. */
function untrainedLines(result: UntrainedResult): readonly string[] {
  const { reference, principal } = result;
  return [
    untrainedSaid(result, english),
    english.t(
      referenceTemplate(reference, english),
      groupedCount(reference.count),
      reference.examples.map(({ text }) => visible(text)).join(', '),
    ),
    `Size is that of the input row. The cosine is that of the output row to the mean of the reference, both without the first principal component of all output rows, which has ${fixed(100 * principal, 1)} % of their variance (Land and Bartolo 2024, arXiv 2405.05417).`,
  ];
}

/** Rows of a list that are printed; `--json` has all. */
const mostRows = 20;

/** The tables of a result, as the page has them. */
export function printedLab<E extends Experiment>(found: LabResult<E>, most = mostRows): readonly string[] {
  const { name, result } = found;
  return [
    ...(commands[name].said?.(result) ?? []),
    ...labTablesOf(found, english, namedOnly)
      .filter(({ rows }) => rows.length > 0)
      .map(({ title, columns, rows, isList }) => {
        const isCut = isList !== undefined && rows.length > most;
        return [
          ...(title === undefined ? [] : [title]),
          printedTable({ columns, rows: isCut ? rows.slice(0, most) : rows }, ({ text }) => visible(text)),
          ...(isCut ? [english.t('The first {0} of {1}.', groupedCount(most), groupedCount(rows.length))] : []),
        ].join('\n');
      }),
  ];
}
