import { InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultModel } from '../shared/defaultModel';
import type { LoadRequest, ModelInfo } from '../shared/engine';
import { EngineError } from '../shared/errors';

const packageFile = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

/** A parser of whole numbers within bounds. */
export const wholeNumber = (least: number, most: number) => (value: string) => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) throw new InvalidArgumentError(`${value} is not a whole number from ${least} to ${most}.`);
  return number;
};

/** A parser of numbers that are at least 0. */
export const positiveNumber = (value: string) => {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) throw new InvalidArgumentError(`${value} is not a number of at least 0.`);
  return number;
};

/** What can be named behind `--model`. */
export const modelOption = ['--model <file-or-folder>', 'a GGUF file, or a folder as on Hugging Face, instead of the model that ships with Vectorscope'] as const;
export const geometryOption = ['--geometry', 'load the tokenizer and the two matrices alone, of a model of any family and size: no predictions', false] as const;

/** The model that ships with Vectorscope, or the one that was named. */
export const modelRequest = (path: string | undefined, geometryOnly = false): LoadRequest => ({ ...(path === undefined ? { path: packageFile(defaultModel.path), sha256: defaultModel.sha256 } : { path }), geometryOnly });

/** Tells what a person should know of a model, beside what is printed of it: so JSON stays JSON. */
export function printNotices({ notices }: Pick<ModelInfo, 'notices'>): void {
  for (const notice of notices) process.stderr.write(`${notice}\n`);
}

/** Runs a program and ends the process with the code that it gives, or with a sentence and 1. */
export function runProgram(main: () => Promise<number>): void {
  main().then(leave, (error: unknown) => {
    process.stderr.write(`${error instanceof EngineError ? error.message : `Something unexpected went wrong: ${String(error)}`}\n`);
    leave(1);
  });
}

/** Waits until everything is written, then ends the process: the runtime's threads would keep it alive. */
function leave(code: number): void {
  process.stdout.write('', () => process.exit(code));
}
