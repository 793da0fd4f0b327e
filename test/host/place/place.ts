import type Mocha from 'mocha';
import type * as vscode from 'vscode';

export interface Delays {
  /** Milliseconds. */
  readonly p99: number;
  /** Milliseconds. */
  readonly longest: number;
}

/** What the tests need of the host that they run in; `#place` is one of two, chosen by what bundles them. */
export interface Place {
  readonly Mocha: typeof Mocha;
  /** A pattern of the names of the tests to run; all without it. */
  readonly some: string | undefined;
  /** Hands one line, without a line end, to what started the tests. */
  report(line: string): void;
  /** Resolves once every line was handed over. */
  reported(): Promise<void>;
  /** Puts the model where the extension finds it, so that no test has to agree to a download. */
  storeModel(): Promise<void>;
  /** The key of the manifest by which this host finds the code of the extension. */
  readonly entry: 'main' | 'browser';
  /**
   * Reads the code of the extension as the host does, and gives the milliseconds that it took, without time of other
   * programs where that is known.
   */
  readCode(extension: vscode.Extension<unknown>): Promise<number>;
  /**
   * Measures from now on by how much the event loop of this thread comes late; gives it when called. `longest` leaves
   * out waiting for a core where that is known.
   */
  measureDelays(): () => Delays;
}
