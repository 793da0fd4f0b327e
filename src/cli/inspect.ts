import { Option, type Command } from 'commander';
import { defaults } from '../shared/engine';
import { neighbourSpaces, type NeighbourSpace } from '../shared/sides';
import { EngineError } from '../shared/errors';
import { metricNames } from '../shared/metrics';
import { english } from '../shared/translator';
import { attentionJson, attentionTable, headsOption, type Heads } from './attention';
import { lensOf, pushOf } from './layers';
import {
  geometryOption,
  loadEngine,
  modelOption,
  newCommand,
  version,
  wholeNumber,
  type Io,
  type ModelOptions,
} from './program';
import { tables } from './tables';

interface Options extends ModelOptions {
  readonly json: boolean;
  readonly neighbours: number;
  readonly top: number;
  readonly layers: boolean;
  readonly limit: number;
  readonly centred: boolean;
  readonly space: NeighbourSpace;
  readonly plain: boolean;
  readonly lens: boolean;
  readonly push?: number;
  readonly attention?: Heads;
}

const commandOf = (io: Io): Command =>
  newCommand('vectorscope inspect', io)
    .description(
      `Shows a text as a language model does: tokens as directions with a size, their neighbours by ${metricNames(english)}, and what the model expects next.`,
    )
    .argument(
      '<text>',
      'the text; - reads it from standard input, unaltered; a text that begins with a dash goes behind a further --',
    )
    .option('--json', 'print one JSON object instead of tables', false)
    .option(
      '--neighbours <k>',
      'neighbours of every token by each metric; 0 leaves them out',
      wholeNumber(0, defaults.longestList),
      defaults.neighbours,
    )
    .option(
      '--top <k>',
      'predicted tokens at every position; 0 runs no layers',
      wholeNumber(0, defaults.longestList),
      defaults.top,
    )
    .option('--layers', 'add what every layer does to every position', false)
    .addOption(
      new Option(
        '--dimensions <k>',
        'add the layers, and of each residual the k dimensions that carry most of it: number, from 0, value (model units) and share of ‖r‖² (in --json 0 to 1)',
      )
        .argParser(wholeNumber(1, defaults.longestList))
        .implies({ layers: true }),
    )
    .option('--lens', 'add to --json what every layer would predict', false)
    .option(
      '--push <id>',
      'add to --json what the parts of every layer add to the logit of this token (logits); and to --attention what heads add to it',
      wholeNumber(0, 2 ** 31 - 1),
    )
    .option(
      '--attention <heads>',
      'add what heads look at, how much they add to the residual (size, model units) and, with --push, to the logit: 24.4,29.1 for head 4 of layer 24 and head 1 of layer 29, both from 0, or all',
      headsOption,
    )
    .option('--limit <n>', 'tokens that get neighbours, predictions and layers', wholeNumber(1, 8192), defaults.limit)
    .option('--centred', "take the matrix's mean row off before comparing neighbours", false)
    .addOption(
      new Option(
        '--space <space>',
        'of the neighbours: input vectors, output rows, or the input vector across among the output rows; one where the model has one matrix',
      )
        .choices(neighbourSpaces)
        .default('input'),
    )
    .option('--plain', 'read special tokens that are spelled in the text as plain text', false)
    .option(...modelOption)
    .option(...geometryOption)
    .version(version, '--version');

/** Shows a text as a language model does. */
export async function inspect(args: readonly string[], io: Io): Promise<void> {
  const command = commandOf(io).parse(args, { from: 'user' });
  const options = command.opts<Options>();
  const [argument = ''] = command.args;
  const text = argument === '-' ? await io.readInput() : argument;
  if (text === '') throw new EngineError('empty-text', 'The text is empty; give at least one character.');
  const { engine, model } = await loadEngine(io, options);
  // Without layers the engine refuses requests that need them, with its own message.
  const layers = model.trunk?.layers ?? 0;
  const request = { text, limit: options.limit, plain: options.plain };
  const plain = await engine.inspect({
    ...options,
    ...(options.geometry && command.getOptionValueSource('top') === 'default' && { top: 0 }),
    text,
  });
  const positions = plain.tokens.length - plain.leftOut;
  const inspection = {
    ...plain,
    ...(options.lens && { lens: await lensOf(engine, request, layers) }),
    // Tables show the pushes of heads alone.
    ...(options.push !== undefined &&
      (options.json || !options.attention) && {
        push: await pushOf(engine, request, options.push, positions, layers),
      }),
  };
  const { attention: heads, push } = options;
  const asked = heads && { engine, model, text: request, heads, push };
  if (!options.json)
    return io.out(tables(inspection, ...(asked ? [await attentionTable(asked, plain.tokens, positions)] : [])));
  const json = JSON.stringify(inspection);
  if (!asked) return io.out(`${json}\n`);
  // A piece waits for the next, so that nothing is written if the engine refuses.
  let written = `${json.slice(0, -1)},`;
  for await (const piece of attentionJson(asked, positions)) {
    io.out(written);
    written = piece;
  }
  io.out(`${written}}\n`);
}
