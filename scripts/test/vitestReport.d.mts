import type { TestModule } from 'vitest/node';
import type { Timed } from './durations.mjs';

export interface FailedSuite {
  readonly name: string;
  readonly started: boolean;
  readonly error: string;
}
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly suites: readonly FailedSuite[];
  readonly errors: readonly string[];
  readonly times: readonly Timed[];
}
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly lines: readonly string[];
}
export declare function reportOf(
  modules: readonly TestModule[],
  errors: readonly { readonly message: string }[],
  root: string,
): Report;
export declare function outcomeOf(report: Report | null, code: number): Outcome;
