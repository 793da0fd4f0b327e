import { Command, CommanderError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { LocalEngine } from '../engine/localEngine';
import { defaults, neighbourSpaces, type NeighbourSpace } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { lensOf, pushOf } from './layers';
import { modelRequest, runProgram, version, wholeNumber } from './program';
import { tables } from './tables';

interface Options {
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
  readonly model?: string;
}

const program = new Command('inspect')
  .description('Shows a text as a language model does: tokens as directions with a size, their neighbours by three metrics, and what the model expects next.')
  .argument('<text>', 'the text; - reads it from standard input, unaltered; a text that begins with a dash goes behind a further --')
  .option('--json', 'print one JSON object instead of tables', false)
  .option('--neighbours <k>', 'neighbours of every token by each metric; 0 leaves them out', wholeNumber(0, defaults.longestList), defaults.neighbours)
  .option('--top <k>', 'predicted tokens at every position; 0 runs no layers', wholeNumber(0, defaults.longestList), defaults.top)
  .option('--layers', 'add what every layer does to every position', false)
  .option('--lens', 'add to --json what every layer would predict', false)
  .option('--push <id>', 'add to --json what the parts of every layer add to the logit of this token', wholeNumber(0, 2 ** 31 - 1))
  .option('--limit <n>', 'tokens that get neighbours, predictions and layers', wholeNumber(1, 8192), defaults.limit)
  .option('--centred', "take the matrix's mean row off before comparing neighbours", false)
  .addOption(new Option('--space <space>', 'of the neighbours: input vectors, output rows, or the input vector across among the output rows; one where the model has one matrix').choices(neighbourSpaces).default('input'))
  .option('--plain', 'read special tokens that are spelled in the text as plain text', false)
  .option('--model <file or folder>', 'a GGUF file, or a folder as on Hugging Face, instead of the model that ships with Vectorscope')
  .version(version, '--version')
  .helpOption('--help')
  .exitOverride();

async function main(): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    // commander has printed its sentence already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const options = program.opts<Options>();
  const [argument = ''] = program.args;
  const text = argument === '-' ? readFileSync(0, 'utf8') : argument;
  if (text === '') throw new EngineError('empty-text', 'The text is empty; give at least one character.');
  const engine = new LocalEngine();
  const { trunk } = await engine.load(modelRequest(options.model));
  const request = { text, limit: options.limit, plain: options.plain };
  const plain = await engine.inspect({ ...options, text });
  const inspection = {
    ...plain,
    ...(options.lens && trunk && { lens: await lensOf(engine, request, trunk.layers) }),
    ...(options.push !== undefined && trunk && { push: await pushOf(engine, request, options.push, plain.tokens.length - plain.leftOut, trunk.layers) }),
  };
  process.stdout.write(options.json ? `${JSON.stringify(inspection)}\n` : tables(inspection));
  return 0;
}

runProgram(main);
