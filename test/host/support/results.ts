import { appendFileSync } from 'node:fs';

/** One line of the results file, as JSON: a test's outcome, or a line to print. */
export type Result = { readonly title: string; readonly passed: boolean; readonly milliseconds: number; readonly error?: string } | { readonly print: string };

/** The variable that names the results file; what starts the tests reads it while they run. */
const variable = 'VECTORSCOPE_TEST_RESULTS';

/** Written at once, so that what ran before a crash still counts. */
export function write(result: Result): void {
  const file = process.env[variable];
  if (!file) throw new Error(`The variable ${variable} must name a file for the results.`);
  appendFileSync(file, `${JSON.stringify(result)}\n`);
}

/** Shows a line in the terminal that runs the tests: a measured value, for instance. */
export const print = (line: string): void => write({ print: line });
