import { InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultModel } from '../shared/defaultModel';
import type { LoadRequest } from '../shared/engine';
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

/** The model that ships with Vectorscope, or the file or folder that was named. */
export const modelRequest = (file: string | undefined): LoadRequest => (file === undefined ? { ...defaultModel, path: packageFile(defaultModel.path) } : { path: file });

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
