import { Option, type Command } from 'commander';
import { defaults, type Engine, type ModelInfo } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { decimalsWithin, scientific } from '../shared/format';
import {
  pairs,
  rangesOf,
  usual,
  type Agreement,
  type BetweenResult,
  type Experiment,
  type Experiments,
  type LabEntry,
  type NumberRange,
  type RulersResult,
} from '../shared/lab';
import { byMetric, metricFacts, metricNames, metrics, type Metric } from '../shared/metrics';
import { isAdded } from '../shared/place';
import { englishPlural } from '../shared/plural';
import { english } from '../shared/translator';
import { count, number, table, visible } from '../tools/text';
import { positiveNumber, wholeNumber } from './options';
import { referenceOptions, untrainedTables, withReference } from './untrainedTables';

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
  /** The main numbers of a result as tables and sentences; `--json` prints all of them. */
  readonly tables: (result: Experiments[E]['result']) => readonly string[];
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
    tables: rulersTables,
  },
  'one-length': {
    description: 'the same with all rows scaled to one size',
    addOptions: addRulersOptions,
    options: rulersOptions,
    tables: (result) => [
      ...rulersTables(result),
      result.identical ? 'At one size all lists are the same.' : 'The lists differ at one size.',
    ],
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
    tables({ tried, misses: { raw, centred, normed }, examples }) {
      const columns = [
        ['raw', raw],
        ['centred', centred],
        ...(normed ? [['after the final norm', normed] as const] : []),
      ] as const;
      return [
        `${count(tried)} tokens tried; this many do not come back as themselves`,
        table(
          ['by', ...columns.map(([name]) => name)],
          metrics.map((metric) => [nameOf[metric], ...columns.map(([, misses]) => count(misses[metric]))]),
          `l${'r'.repeat(columns.length)}`,
        ),
        ...(examples.length > 0
          ? [
              `By dot product, for example\n${table(
                ['token', 'becomes'],
                examples.slice(0, shown).map(({ text, becomes }) => [visible(text), visible(becomes.text)]),
                'll',
              )}`,
            ]
          : []),
      ];
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
    tables: ({ winners, never, winsBySizeDecile, top }) => [
      `${count(winners)} tokens win at least one direction, ${count(never)} none`,
      table(
        ['tenth by size', 'share of the wins'],
        winsBySizeDecile.map((share, i) => [
          i === 0 ? 'smallest' : i === winsBySizeDecile.length - 1 ? 'largest' : String(i + 1),
          `${number(100 * share, 1)} %`,
        ]),
        'lr',
      ),
      table(
        ['token', 'size', 'wins'],
        top.slice(0, shown).map(({ text, size, wins }) => [visible(text), number(size, 3), count(wins)]),
        'lrr',
      ),
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
    tables: ({ probabilityChange, distanceChange, sizeChange, cosineChange }) => [
      table(
        ['largest change of a', ''],
        [
          ['probability', scientific(probabilityChange)],
          ['distance between rows', scientific(distanceChange)],
          ['size', scientific(sizeChange)],
          ['cosine', scientific(cosineChange)],
        ],
        'lr',
      ),
    ],
  },
  length: {
    description: 'where the size of a vector matters: before or after the final norm',
    addOptions: (command) => command.option(...text),
    options(command) {
      const { text } = command.opts<Experiments['length']['options']>();
      return { text };
    },
    tables: ({ scales, beforeNorm, afterNorm, hiddenSize }) => [
      table(
        ['scale', 'before the norm: change', 'after it: ‖h‖', 'entropy', 'first', 'probability', ...pairNames],
        scales.map((scale, i) => {
          const after = afterNorm[i];
          return [
            String(scale),
            scientific(beforeNorm[i] ?? 0),
            number(scale * hiddenSize, 2),
            number(after?.entropy ?? 0, 3),
            visible(after?.top[0]?.text ?? ''),
            number(after?.top[0]?.value ?? 0, 3),
            ...pairs.map((pair) => number(after?.overlap[pair] ?? 0, 1)),
          ];
        }),
        `rrrrlr${'r'.repeat(pairs.length)}`,
      ),
    ],
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
    tables: (result) => [
      `From ${visible(result.from.text)} to ${visible(result.to.text)}, straight\n${pathTable(result, 'straight')}`,
      `Along the sphere\n${pathTable(result, 'sphere')}`,
    ],
  },
  tied: {
    description: 'how far the input vector of every token is from its output vector',
    options: () => ({}),
    tables: ({ tied, angle, most, gainFolded }) => [
      ...(tied
        ? ['Input and output vectors are the same rows: every angle between them is 0.']
        : [
            `Input and output vectors are rows of two matrices: ${number(angle.mean, 1)}° apart on average, ${number(angle.min, 1)}° to ${number(angle.max, 1)}°`,
            entryTable('furthest apart', most),
          ]),
      ...(gainFolded
        ? [
            `With the final norm’s gain folded into the output: ${number(gainFolded.angle.mean, 1)}° on average, ${number(gainFolded.angle.min, 1)}° to ${number(gainFolded.angle.max, 1)}°`,
            entryTable('turned most', gainFolded.most),
          ]
        : []),
    ],
  },
  extremes: {
    description: 'the largest and the smallest tokens, duplicates, and tokens that no text produces',
    options: () => ({}),
    tables: ({ longest, shortest, nearMean, duplicates, unreachable }) => [
      entryTable('largest', longest),
      entryTable('smallest', shortest),
      entryTable('nearest to the mean', nearMean),
      `${duplicates.length === 0 ? 'No two tokens have the same row.' : `${count(duplicates.length)} ${englishPlural(duplicates.length, { one: 'group of tokens shares', other: 'groups of tokens share' })} a row.`} ${unreachable.length === 0 ? 'Every token can come from some text.' : `No text produces ${count(unreachable.length)} of the tokens.`}`,
    ],
  },
  untrained: {
    description: 'the tokens that look as if they were never trained, and every control token',
    addOptions: withReference,
    options: referenceOptions,
    tables: (result) => untrainedTables(result, 2 * shown),
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

/** The most rows of a list that a table shows. */
const shown = 10;
const nameOf = byMetric((metric) => metricFacts[metric].words(english).name);
const pairNames = pairs.map((pair) =>
  pair
    .split('-')
    .map((metric) => nameOf[metric as Metric])
    .join(', '),
);

function rulersTables({ token, lists, overlap, rbo, sample }: RulersResult): string[] {
  const cells = (entry: LabEntry | undefined) => (entry ? [visible(entry.text), number(entry.value, 3)] : ['', '']);
  const rows = lists.dot
    .slice(0, shown)
    .map((_, i) => [String(i + 1), ...metrics.flatMap((metric) => cells(lists[metric][i]))]);
  const shares = (byPair: Agreement['overlap']) => pairs.map((pair) => number(byPair[pair], 3));
  return [
    `Neighbours of ${visible(token.text)}\n${table(['', ...metrics.flatMap((metric) => ['', nameOf[metric]])], rows, `r${'lr'.repeat(metrics.length)}`)}`,
    table(
      ['agreement', ...pairNames],
      [
        ['overlap', ...shares(overlap)],
        ['rank-biased overlap', ...shares(rbo)],
        [`overlap, ${count(sample.size)} tokens`, ...shares(sample.overlap)],
        [`rank-biased, ${count(sample.size)} tokens`, ...shares(sample.rbo)],
      ],
      `l${'r'.repeat(pairs.length)}`,
    ),
  ];
}

function pathTable({ steps }: BetweenResult, path: 'straight' | 'sphere'): string {
  return table(
    ['t', 'size', ...metrics.map((metric) => `nearest by ${nameOf[metric]}`), 'predicted next', 'probability'],
    steps.map((step) => {
      const { size, nearest, predicted } = step[path];
      return [
        number(step.t, 2),
        number(size, 3),
        ...metrics.map((metric) => visible(nearest[metric][0]?.text ?? '')),
        visible(predicted[0]?.text ?? ''),
        number(predicted[0]?.value ?? 0, 3),
      ];
    }),
    `rr${'l'.repeat(metrics.length)}lr`,
  );
}

/** The values of a list in as many digits as tell the first from the last. */
function entryTable(title: string, list: readonly LabEntry[]): string {
  const rows = list.slice(0, shown);
  const digits = decimalsWithin(Math.abs((rows.at(-1)?.value ?? 0) - (rows[0]?.value ?? 0)), 3);
  return table(
    [title, ''],
    rows.map(({ text, value }) => [visible(text), number(value, digits)]),
    'lr',
  );
}
