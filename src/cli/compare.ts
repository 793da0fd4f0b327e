import { Option } from 'commander';
import { blameGrains, type BlameGrain } from '../shared/blame';
import { defaults } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { blamedJson, blamedOf, blamedTables } from '../tools/blamed';
import { bothTables, compared, comparisonSaid, plainNumbers } from '../tools/both';
import { idOf } from '../tools/oneToken';
import { paragraphs } from '../tools/text';
import { aloud } from './aloud';
import { UsageError, wholeNumber } from './options';
import { loadPair, newCommand, sayer, version, type Io } from './program';
import { idsOf, madeWith } from './provenance';

interface Options {
  readonly json: boolean;
  readonly geometry: boolean;
  readonly top: number;
  readonly layers: boolean;
  readonly limit: number;
  readonly plain: boolean;
  readonly blame?: BlameGrain;
  readonly reverse: boolean;
  readonly for?: string;
}

/** Two models on one text, or their matrices alone. */
export async function compareCommand(args: readonly string[], io: Io): Promise<void> {
  const command = newCommand('vectorscope compare', io)
    .description('Compares two models on one text: did B change directions or sizes, where, and how much?')
    .argument(
      '<a>',
      'a GGUF file or a folder as on Hugging Face; or owner/name[:file] on the Hub, of which only the geometry is read',
    )
    .argument('[b]', 'the model that A is compared with, named in the same way')
    .argument(
      '[text]',
      'the text; - reads it from standard input, unaltered; put -- before a text that begins with a dash; without a text the matrices alone are compared',
    )
    .option('--json', 'print one JSON object instead of tables', false)
    .option(
      '--geometry',
      'compare the matrices alone, of models of any family and size, and of a text the rows of its tokens',
      false,
    )
    .option(
      '--top <k>',
      'entries of each list: the likeliest tokens of both after the last position, and the rows that changed most',
      wholeNumber(1, defaults.longestList),
      defaults.nearest,
    )
    .option('--layers', 'add the angle and the sizes of both residuals at the last position, layer by layer', false)
    .addOption(
      new Option(
        '--blame <what>',
        'say which part of B did it: A runs with one part of B in place, for each of the parts of its layers, its layers or its tensors',
      ).choices(blameGrains),
    )
    .option('--reverse', 'for --blame: B runs with one part of A in place', false)
    .option(
      '--for <token>',
      'for --blame: the token whose logit is taken apart, an id or a text; A’s likeliest without',
    )
    .option('--limit <n>', 'tokens of the text that are compared', wholeNumber(1, 8192), defaults.limit)
    .option('--plain', 'read special tokens that are spelled in the text as plain text', false)
    .version(version, '--version')
    .parse(args, { from: 'user' });
  const options = command.opts<Options>();
  const { json, geometry, top, layers, limit, plain, blame } = options;
  const [a, b, argument] = command.args;
  if (b === undefined) throw new UsageError('Name a second model.');
  if (blame === undefined && (options.reverse || options.for !== undefined))
    throw new UsageError(`${options.reverse ? '--reverse' : '--for'} is about --blame. Give that too.`);
  const text = argument === '-' ? await io.readInput() : argument;
  if (text === '') throw new UsageError('The text is empty; give at least one character.');
  const alone = geometry || text === undefined;
  if ((layers || blame !== undefined) && alone)
    throw new UsageError(
      `${layers ? '--layers' : '--blame'} needs a text that both models run. Give one, without --geometry.`,
    );
  const say = sayer(io);
  if (text === undefined && !geometry) say('No text was given, so the matrices alone are compared.');
  const loaded = await loadPair(io, { ...(a !== undefined && { model: a }), geometry: alone }, b);
  const { engine, model, other } = loaded;
  if (other.runs === 'inTurn') say('The two models do not fit into memory together: A runs first, and B after it.');
  const request = text === undefined ? null : { text, limit, plain };
  const found = await aloud('Comparing the two models.', say, () =>
    compared({ engine, model, other, text: request, geometry, count: top }),
  );
  const position = found.position?.position;
  const token = options.for === undefined ? {} : { token: await idOf(engine, options.for, '--for') };
  if (blame !== undefined && position === undefined)
    throw badRequest`The parts of two models can be exchanged only if both cut the text into the same tokens and run it.`;
  const blamed =
    blame !== undefined && request && position !== undefined
      ? await aloud('Running one model with each part of the other.', say, () =>
          blamedOf({
            ...{ engine, model, other, text: request },
            question: { position, by: blame, reverse: options.reverse, ...token },
          }),
        )
      : null;
  if (json) {
    const settings = request ? { limit, plain, context: 0, ...idsOf(found.tokens) } : {};
    const made = await madeWith(io, engine, { model, other: other.info }, settings);
    const more = blamed && blamedJson(blamed);
    io.out(`${JSON.stringify({ sentence: comparisonSaid(found), ...found, ...more, ...made }, plainNumbers)}\n`);
  } else io.out(`${paragraphs(bothTables(found, Infinity, layers), blamed && blamedTables(blamed))}\n`);
}
