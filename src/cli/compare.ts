import { defaults } from '../shared/engine';
import { bothTables, compared, comparisonSaid, plainNumbers } from '../tools/both';
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
}

/** Two models on one text, or their matrices alone. */
export async function compareCommand(args: readonly string[], io: Io): Promise<void> {
  const command = newCommand('vectorscope compare', io)
    .description('Compares two models on one text: did B change directions or sizes, where, and how much?')
    .argument(
      '<a>',
      'a GGUF file or a folder as on Hugging Face; or owner/name[:file] on the Hub, of which only the geometry is read',
    )
    .argument('<b>', 'the model that A is compared with, named in the same way')
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
    .option('--limit <n>', 'tokens of the text that are compared', wholeNumber(1, 8192), defaults.limit)
    .option('--plain', 'read special tokens that are spelled in the text as plain text', false)
    .version(version, '--version')
    .parse(args, { from: 'user' });
  const { json, geometry, top, layers, limit, plain } = command.opts<Options>();
  const [a, b = '', argument] = command.args;
  const text = argument === '-' ? await io.readInput() : argument;
  if (text === '') throw new UsageError('The text is empty; give at least one character.');
  const alone = geometry || text === undefined;
  if (layers && alone)
    throw new UsageError('--layers needs a text that both models run. Give one, without --geometry.');
  const say = sayer(io);
  if (text === undefined && !geometry) say('No text was given, so the matrices alone are compared.');
  const loaded = await loadPair(io, { ...(a !== undefined && { model: a }), geometry: alone }, b);
  if (loaded.other.runs === 'inTurn')
    say('The two models do not fit into memory together: A runs first, and B after it.');
  const request = text === undefined ? null : { text, limit, plain };
  const found = await aloud('Comparing the two models.', say, () =>
    compared({ ...loaded, text: request, geometry, count: top }),
  );
  if (json) {
    const { engine, model, other } = loaded;
    const settings = request ? { limit, plain, context: 0, ...idsOf(found.tokens) } : {};
    const made = await madeWith(io, engine, { model, other: other.info }, settings);
    io.out(`${JSON.stringify({ sentence: comparisonSaid(found), ...found, ...made }, plainNumbers)}\n`);
  } else io.out(`${bothTables(found, Infinity, layers)}\n`);
}
