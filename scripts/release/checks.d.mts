import type { Identity } from './identity.mjs';

/** What is known before a release. */
export interface Facts {
  readonly identity: Identity;
  readonly version: string;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
  /** Faults of the files that repeat the identity. */
  readonly strayNames: readonly string[];
  /** The keys of sentences that have no German. */
  readonly withoutGerman: readonly string[];
  /** In the workflow “main” if the tagged commit is on it. */
  readonly branch: string;
  /** Changed files, as `git status --porcelain` prints them. */
  readonly changes: readonly string[];
  readonly tags: readonly string[];
  /** The address of “origin”. */
  readonly remote: string | undefined;
  /** The tag that started the workflow; undefined on somebody's machine. */
  readonly tagged: string | undefined;
}

/** A sentence for each fact that a version cannot be released with. */
export declare function faultsOf(facts: Facts): string[];
