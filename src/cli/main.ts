import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LocalEngine } from '../engine/localEngine';
import { defaultModel } from '../shared/defaultModel';
import { defaults } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { tables } from './tables';

interface Options {
  readonly json: boolean;
  readonly neighbours: number;
  readonly top: number;
  readonly layers: boolean;
  readonly limit: number;
  readonly centred: boolean;
  readonly plain: boolean;
  readonly model?: string;
}

const packageFile = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

const wholeNumber = (least: number, most: number) => (value: string) => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) throw new InvalidArgumentError(`${value} is not a whole number from ${least} to ${most}.`);
  return number;
};

const program = new Command('inspect')
  .description('Shows a text as a language model does: tokens as directions with a size, their neighbours by three metrics, and what the model expects next.')
  .argument('<text>', 'the text; - reads it from standard input, unaltered; a text that begins with a dash goes behind a further --')
  .option('--json', 'print one JSON object instead of tables', false)
  .option('--neighbours <k>', 'neighbours of every token by each metric; 0 leaves them out', wholeNumber(0, defaults.longestList), defaults.neighbours)
  .option('--top <k>', 'predicted tokens at every position; 0 runs no layers', wholeNumber(0, defaults.longestList), defaults.top)
  .option('--layers', 'add what every layer does to every position', false)
  .option('--limit <n>', 'tokens that get neighbours, predictions and layers', wholeNumber(1, 8192), defaults.limit)
  .option('--centred', "take the matrix's mean row off before comparing neighbours", false)
  .option('--plain', 'read special tokens that are spelled in the text as plain text', false)
  .option('--model <file>', 'a GGUF file instead of the model that ships with Vectorscope')
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
  await engine.load(options.model === undefined ? { ...defaultModel, path: packageFile(defaultModel.path) } : { path: options.model });
  const inspection = await engine.inspect({ ...options, text });
  process.stdout.write(options.json ? `${JSON.stringify(inspection)}\n` : tables(inspection));
  return 0;
}

/** Waits until everything is written, then ends the process: the runtime's threads would keep it alive. */
function leave(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

main().then(leave, (error: unknown) => {
  process.stderr.write(`${error instanceof EngineError ? error.message : `Something unexpected went wrong: ${String(error)}`}\n`);
  leave(1);
});
