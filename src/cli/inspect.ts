import { Option, type Command } from 'commander';
import { defaults } from '../shared/engine';
import { neighbourSpaces, type NeighbourSpace } from '../shared/sides';
import { EngineError } from '../shared/errors';
import { metricNames } from '../shared/metrics';
import { english } from '../shared/translator';
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
    .option('--lens', 'add to --json what every layer would predict', false)
    .option(
      '--push <id>',
      'add to --json what the parts of every layer add to the logit of this token',
      wholeNumber(0, 2 ** 31 - 1),
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
  const inspection = {
    ...plain,
    ...(options.lens && { lens: await lensOf(engine, request, layers) }),
    ...(options.push !== undefined && {
      push: await pushOf(engine, request, options.push, plain.tokens.length - plain.leftOut, layers),
    }),
  };
  io.out(options.json ? `${JSON.stringify(inspection)}\n` : tables(inspection));
}
