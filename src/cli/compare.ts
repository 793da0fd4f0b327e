import { Option } from 'commander';
import { blameGrains, type BlameGrain } from '../shared/blame';
import { chosenOf } from '../shared/chosen';
import { defaults } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { adapterTables, blamedJson, blamedOf, blamedTables } from '../tools/blamed';
import { bothTables, compared, comparisonSaid, plainNumbers } from '../tools/both';
import { idOf } from '../tools/oneToken';
import { paragraphs } from '../tools/text';
import { aloud } from './aloud';
import { numberWithin, UsageError, wholeNumber } from './options';
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
  readonly adapter?: string;
  readonly scale?: number;
}

/** Two models on one text, or their matrices alone. */
export async function compareCommand(args: readonly string[], io: Io): Promise<void> {
  const command = newCommand('vectorscope compare', io)
    .description('Compares two models on one text: did B change directions or sizes, where, and how much?')
    .argument(
      '<a>',
      'a GGUF file or a folder as on Hugging Face; or owner/name[:file] on the Hub, of which only the geometry is read',
    )
    .argument('[b]', 'the model that A is compared with, named in the same way; with --adapter the text')
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
    .option('--adapter <path>', 'B is A with this adapter: a folder of PEFT, or a GGUF file')
    .option('--scale <s>', 'for --adapter: how much of it, from -1 to 2 (default: 1)', numberWithin(-1, 2))
    .option('--limit <n>', 'tokens of the text that are compared', wholeNumber(1, 8192), defaults.limit)
    .option('--plain', 'read special tokens that are spelled in the text as plain text', false)
    .version(version, '--version')
    .parse(args, { from: 'user' });
  const options = command.opts<Options>();
  const { json, geometry, top, layers, limit, plain, blame, adapter, scale } = options;
  const { args: named } = command;
  const [a, b, argument] = adapter === undefined ? named : [named[0], adapter, named[1]];
  if (b === undefined) throw new UsageError('Name a second model, or an adapter with --adapter.');
  if (adapter !== undefined && named.length > 2)
    throw new UsageError('With --adapter the second argument is the text. Leave the third out.');
  if (scale !== undefined && adapter === undefined) throw new UsageError('--scale is about --adapter. Name one.');
  if (blame === undefined && (options.reverse || options.for !== undefined))
    throw new UsageError(`${options.reverse ? '--reverse' : '--for'} is about --blame. Give that too.`);
  const text = argument === '-' ? await io.readInput() : argument;
  if (text === '') throw new UsageError('The text is empty; give at least one character.');
  const alone = geometry || text === undefined;
  if ((layers || blame !== undefined) && alone)
    throw new UsageError(
      `${layers ? '--layers' : '--blame'} needs a text that both models run. Give one, without --geometry.`,
    );
  const onlyGeometry = alone && adapter === undefined;
  const say = sayer(io);
  if (onlyGeometry && !geometry) say('No text was given, so the matrices alone are compared.');
  const loaded = await loadPair(io, { ...(a !== undefined && { model: a }), geometry: onlyGeometry }, b);
  const { engine, model } = loaded;
  if (adapter !== undefined && !loaded.other.adapter)
    throw new UsageError(`${adapter} is a model, not an adapter. Name it as the second model, without --adapter.`);
  const other = scale === undefined ? loaded.other : await engine.scaleOther({ scale });
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
    const chosen = chosenOf({ scale: other.scale });
    const settings = { ...(request && { limit, plain, context: 0, ...idsOf(found.tokens) }), chosen };
    const made = await madeWith(io, engine, { model, other: other.info }, settings);
    const { adapter: changes, scale: share } = other;
    const more = { ...(blamed && blamedJson(blamed)), ...(changes && { adapter: changes, scale: share }) };
    io.out(`${JSON.stringify({ sentence: comparisonSaid(found), ...found, ...more, ...made }, plainNumbers)}\n`);
  } else
    io.out(
      `${paragraphs(bothTables(found, Infinity, layers), adapterTables(other), blamed && blamedTables(blamed))}\n`,
    );
}
