import { InvalidArgumentError, Option } from 'commander';
import type { LayerPart } from '../shared/ablation';
import type { Head } from '../shared/attention';
import { mostSeed, samplerNames, samplerSteps, samplerWords, type SamplerStep } from '../shared/continuation';
import { leastWindow, usualWindow } from '../shared/document/windows';
import { defaults } from '../shared/engine';
import { matterGrains, type MatterGrain } from '../shared/matters';
import { metricNames } from '../shared/metrics';
import type { Neuron } from '../shared/neurons';
import { englishPlural } from '../shared/plural';
import { neighbourSpaces, type NeighbourSpace } from '../shared/sides';
import { english } from '../shared/translator';
import { patchParts, type PatchPart } from '../shared/vectors/texts';
import {
  ablationOption,
  headsOption,
  namedHeads,
  neuronOption,
  orderOption,
  pairOption,
  samplerOption,
  strengthOption,
  UsageError,
  wholeNumber,
  type Heads,
} from './options';
import { newCommand, version, withModelOptions, type Io, type ModelOptions } from './program';

type TwoTokens = readonly [string, string];

export interface InspectOptions extends ModelOptions, Partial<Readonly<Record<SamplerStep, number>>> {
  readonly json: boolean;
  readonly neighbours: number;
  readonly centred: boolean;
  readonly space: NeighbourSpace;
  readonly top: number;
  readonly limit: number;
  readonly plain: boolean;
  readonly layers: boolean;
  readonly dimensions?: number;
  readonly lens: boolean;
  readonly lensAll: boolean;
  readonly push?: number;
  readonly attention?: Heads;
  readonly scores?: readonly Head[];
  readonly neurons?: number;
  readonly neuron?: Neuron;
  readonly experts?: boolean;
  readonly why?: TwoTokens;
  readonly without?: readonly LayerPart[];
  readonly mean: boolean;
  readonly vector?: string;
  readonly withoutOperands: boolean;
  readonly steer?: string;
  readonly at?: number | 'all' | 'input';
  readonly strength: number;
  readonly takeOut: boolean;
  readonly everywhere: boolean;
  readonly patch?: string;
  readonly for?: TwoTokens;
  readonly part: PatchPart;
  readonly continue?: number;
  readonly order?: readonly SamplerStep[];
  readonly seed?: number;
  readonly stop?: string;
  readonly matters?: MatterGrain;
  readonly answer?: string;
  readonly requests?: number;
  readonly document?: string;
  readonly window: number;
  readonly chat?: string;
  readonly system?: string;
  readonly generationPrompt: boolean;
  readonly template?: string;
}

type Name = keyof InspectOptions;

interface How {
  /** Options after the first say something about it, and nothing without it. */
  readonly isAboutFirst?: true;
  /** What the first one does not go with. */
  readonly conflicts?: readonly Name[];
  /** They are about a text that is run, which `--vector` can do without. */
  readonly needsText?: true;
}

/** Options under one heading of the help. */
function group(heading: string, how: How, options: readonly Option[]) {
  options[0]?.conflicts([...(how.conflicts ?? [])]);
  return { ...how, options: options.map((one) => one.helpGroup(heading)) };
}

const { longestList } = defaults;

const option = <T = string>(flags: string, description: string, read?: (value: string, before: T) => T, usual?: T) => {
  const made = new Option(flags, description).default(usual);
  return read ? made.argParser(read) : made;
};
const number = (flags: string, description: string, [least, most]: readonly [number, number], usual?: number) =>
  option<number>(flags, description, wholeNumber(least, most), usual);
const filled = (value: string): string => {
  if (value !== '') return value;
  throw new InvalidArgumentError('It is empty. Give at least one character.');
};
const off = (flags: string, description: string) => new Option(flags, description).default(false);
const choice = (flags: string, description: string, [usual, ...others]: readonly string[]) =>
  new Option(flags, description).choices([usual ?? '', ...others]).default(usual);

const optionGroups = () => [
  group('The tables of a text:', {}, [
    off('--json', 'print one JSON object instead of tables'),
    number(
      '--neighbours <k>',
      'neighbours of every token by each metric; without this option tables have none; 0 leaves them out',
      [0, longestList],
      defaults.neighbours,
    ),
    off('--centred', "subtract the matrix's mean row before comparing neighbours"),
    choice(
      '--space <space>',
      'the vectors whose neighbours are listed: input vectors, output rows, or, cross, an input vector among the output rows; the same for a model with one matrix',
      neighbourSpaces,
    ),
    number(
      '--top <k>',
      'predicted tokens at every position; without this option tables show 5 at all but the last; 0 runs no layers',
      [0, longestList],
      defaults.top,
    ),
    number('--limit <n>', 'tokens that get neighbours, predictions and layers', [1, 8192], defaults.limit),
    off('--plain', 'read special tokens that are spelled in the text as plain text'),
  ]),
  group('Layers and heads:', { needsText: true }, [
    off('--layers', 'add what every layer does to every position'),
    number(
      '--dimensions <k>',
      'add the layers, and of each residual the k dimensions that carry most of it: number, from 0, value (model units) and share of ‖r‖² (in --json 0 to 1)',
      [1, longestList],
    ).implies({ layers: true }),
    off('--lens', 'add to --json what every layer would predict'),
    off(
      '--lens-all',
      'add to --json what --lens adds, what the residuals after attention would predict, the KL divergence of all rows from the final prediction (bits), and the tokens that come first in any row at the last position',
    ),
    number(
      '--push <id>',
      'add to --json what the parts of every layer add to the logit of this token (logits); and to --attention and --neurons what heads and neurons add to it',
      [0, 2 ** 31 - 1],
    ),
    option<Heads>(
      '--attention <heads>',
      'add what heads look at, how much they add to the residual (size, model units) and, with --push, to the logit: 23.4,29.1 for head 4 of layer 23 and head 1 of layer 29, both from 0, or all',
      headsOption,
    ),
    option<readonly Head[]>(
      '--scores <heads>',
      'add why heads look where they do: sizes and angles of query and keys, and the scores that softmax gets; heads as in 23.4,10.2',
      namedHeads,
    ),
    number(
      '--neurons <n>',
      'add the neurons of all layers that push the likeliest token, or that of --push, most after the last position',
      [1, longestList],
    ),
    option<Neuron>(
      '--neuron <name>',
      'add what one neuron reads and writes, and how much it fires at every position: n23.1021 for neuron 1021 of layer 23, both from 0',
      neuronOption,
    ),
    off(
      '--experts',
      'add the experts of a mixture: which run in every layer, their probabilities in the router, and what each adds after the last position to the logit of the likeliest token, or that of --push',
    ),
    option(
      '--why <a> <b>',
      'add why the first of two tokens has a different logit than the second after the last position: two ids, or texts of one token each; the difference in logits, part by part',
      pairOption,
    ),
  ]),
  group(
    'Without a part:',
    {
      needsText: true,
      isAboutFirst: true,
      conflicts: ['push', 'attention', 'scores', 'neurons', 'neuron', 'experts', 'why', 'lensAll', 'vector'],
    },
    [
      option(
        '--without <part>',
        'run the text without a part of a layer: 23.4 for head 4 of layer 23, n23.1021 for a neuron, e23.5 for an expert, 23.attention or 23.feedForward, whatever these are made of, all from 0; repeatable; its output is set to 0',
        ablationOption,
      ),
      off('--mean', 'set the parts of --without to their mean over the text instead of 0'),
    ],
  ),
  group('A vector of your own:', { isAboutFirst: true }, [
    option(
      '--vector <expression>',
      'add the vector that an expression of tokens makes, as in "king - man + woman": its size, its angle to each operand, its neighbours and what it would predict; it needs no text, unless it holds h or a residual such as r12, which are read after the last position',
    ),
    off('--without-operands', 'leave the operands of --vector out of its neighbours'),
  ]),
  group('Steering:', { needsText: true, isAboutFirst: true, conflicts: ['without'] }, [
    option(
      '--steer <expression>',
      'add how the prediction after the last position changes if a vector, as for --vector, is added to the residual there',
    ),
    option('--strength <x>', 'multiply the vector of --steer by this number, which may be below 0', strengthOption, 1),
    off('--take-out', 'take the direction of --steer out of the residual instead of adding it'),
    off('--everywhere', 'steer all positions instead of the last one'),
  ]),
  group('Patching:', { needsText: true, isAboutFirst: true, conflicts: ['steer', 'without', 'chat'] }, [
    option(
      '--patch <other>',
      'run another text, B, with one of its vectors at a time replaced by that of this text, A, and add how much of the difference between two logits comes back: 0 none, 1 all',
    ),
    option(
      '--for <a> <b>',
      'the two tokens whose logits --patch compares, as for --why; without this the likeliest of each text',
      pairOption,
    ),
    choice(
      '--part <part>',
      'what --patch puts into the other text: residuals, or outputs of a part of a layer',
      patchParts,
    ),
  ]),
  group('Steering and patching:', {}, [
    option<number | string>(
      '--at <layer>',
      'the layer, from 0, after which --steer acts, where the residual is r1 for 0, r13 for 12: input is before the first, all is after each of them, as without this; with --part head the layer of the heads',
      (value) => (value === 'all' || value === 'input' ? value : wholeNumber(0, 999_999)(value)),
    ),
  ]),
  group('What comes next:', { needsText: true, isAboutFirst: true, conflicts: ['without'] }, [
    number(
      '--continue <n>',
      'let the model go on for n tokens, each the likeliest one, or drawn if an option of the sampler is given; shows what could have come instead',
      [1, 2 ** 31 - 1],
    ),
    ...samplerSteps.map((step) =>
      option<number>(`--${samplerNames[step]} <x>`, samplerWords[step], samplerOption(step)),
    ),
    option<readonly SamplerStep[]>(
      '--order <steps>',
      'the steps of the sampler, with commas between; those left out do not run; repeat-penalty,top-k,typical,top-p,min-p,temperature without this, as in llama.cpp',
      orderOption,
    ),
    number('--seed <n>', 'the seed of the draws; one is chosen and told without this', [0, mostSeed]),
    option('--stop <text>', 'end --continue once it contains this text', filled),
  ]),
  group('What mattered:', { needsText: true, isAboutFirst: true, conflicts: ['without'] }, [
    option(
      '--matters <part>',
      `add what the likeliest next token costs without each part of the text, whose tokens are removed: ${matterGrains.join(', ')}`,
    ).choices(matterGrains),
    option('--answer <text>', 'the text whose bits --matters counts, in place of the likeliest token', filled),
    number('--requests <n>', 'how many requests of --matters a server may get: one a part', [1, 2 ** 31 - 1]),
  ]),
  group('A document:', { isAboutFirst: true }, [
    option(
      '--document <file>',
      'measure a text of any length in overlapping windows: a file, or - for standard input; prints JSON lines as they come, one for each line of the text: bits a character, perplexity, and its tokens with what was expected instead',
    ),
    number(
      '--window <n>',
      'tokens of a window of --document: all of the first are measured, and the second half of each later one',
      [leastWindow, 2 ** 20],
      usualWindow,
    ),
  ]),
  group('A conversation:', { isAboutFirst: true, conflicts: ['plain'] }, [
    option(
      '--chat <file>',
      "inspect a conversation as the model's own chat template renders it: a file, or - for standard input, with a JSON array of {role, content}, a line of a training file, or any other text as one message of the user",
    ),
    option('--system <text>', 'a system message before the conversation of --chat, in place of its own'),
    option('--no-generation-prompt', 'end --chat with its last message, without asking the model to answer'),
    option('--template <name>', "one of the model's chat templates, for --chat; its usual one without this"),
  ]),
];

/** What a document has, too. */
const ofDocument: readonly string[] = ['json', 'plain', 'document', 'window'] satisfies readonly Name[];

/** What was typed. `isUsual` tells whether an option was left out. */
interface Typed {
  readonly text: string | undefined;
  readonly options: InspectOptions;
  readonly isUsual: (name: Name) => boolean;
}

/** Throws `UsageError` if the options do not go together. */
export function inspectOptions(args: readonly string[], io: Io): Typed {
  const groups = optionGroups();
  const command = newCommand('vectorscope inspect', io)
    .description(
      `Shows a text as a language model does: tokens as directions with a size, their neighbours by ${metricNames(english)}, and what the model expects next.`,
    )
    .argument(
      '[text]',
      'the text; - reads it from standard input, unaltered; put -- before a text that begins with a dash',
    );
  const all = groups.flatMap(({ options }) => options);
  const elsewhere = all.map((one) => one.attributeName()).filter((name) => !ofDocument.includes(name));
  for (const one of all) command.addOption(one.attributeName() === 'document' ? one.conflicts(elsewhere) : one);
  withModelOptions(command.optionsGroup('The model:'))
    .optionsGroup('')
    .version(version, '--version')
    .parse(pairsTwice(args), { from: 'user' });
  const isUsual = (name: string) => ['default', undefined].includes(command.getOptionValueSource(name));
  const typed = { text: command.args[0], options: command.opts<InspectOptions>(), isUsual };
  checkTogether(typed, groups);
  return typed;
}

function checkTogether(
  { text, options: { part, at, steer, vector, ...given }, isUsual }: Typed,
  groups: readonly ReturnType<typeof group>[],
) {
  const isGiven = (one: Option) => !isUsual(one.attributeName() as Name);
  for (const name of ['why', 'for'] as const) checkTwoTokens(given[name], `--${name}`);
  for (const { options, isAboutFirst } of groups) {
    const [first, ...others] = options;
    const lonely = isAboutFirst && first && !isGiven(first) && others.find(isGiven);
    if (lonely) throw new UsageError(`${lonely.long} is about ${first.long}. Give both, or neither.`);
  }
  if (part === 'head' && typeof at !== 'number')
    throw new UsageError('--part head needs the layer of the heads. Give its number, from 0, with --at.');
  if (at !== undefined && steer === undefined && part !== 'head')
    throw new UsageError('--at is about --steer, and about the heads of --part head.');
  const replaced = (['document', 'chat'] as const).find((name) => given[name] !== undefined);
  if (text !== undefined && replaced)
    throw new UsageError(`--${replaced} takes the place of the text. Give one of the two.`);
  const needsText = groups.some((group) => group.needsText && group.options.some(isGiven));
  if (text === undefined && !replaced && (vector === undefined || needsText))
    throw new UsageError("missing required argument 'text'.");
}

/** Writes `--why A B` as `--why A --why B`, and so `--for`, since no option takes a fixed number of values. */
const pairsTwice = (args: readonly string[]): readonly string[] =>
  ['--why', '--for'].reduce((all: readonly string[], name) => {
    const at = all.indexOf(name);
    const isAlone = at < 0 || at + 2 >= all.length || all[at + 2]?.startsWith('--') === true;
    return isAlone ? all : all.toSpliced(at + 2, 0, name);
  }, args);

function checkTwoTokens(given: readonly string[] | undefined, option: string): void {
  if (given === undefined || given.length === 2) return;
  throw new UsageError(
    `${option} takes two tokens; ${given.length} ${englishPlural(given.length, { one: 'was', other: 'were' })} given. Give two ids or texts of one token.`,
  );
}
