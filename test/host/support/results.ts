import { place } from '#place';

/** A test's outcome, or a line to print; handed over as JSON. */
export type Result =
  | { readonly title: string; readonly passed: boolean; readonly milliseconds: number; readonly error?: string }
  | { readonly print: string };

export const write = (result: Result): void => place.report(JSON.stringify(result));

/** Shows a line in the terminal that runs the tests: a measured value, for instance. */
export const print = (line: string): void => write({ print: line });
