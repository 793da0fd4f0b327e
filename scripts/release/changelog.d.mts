export interface Version {
  readonly name: string;
  readonly date: string | undefined;
  readonly sections: readonly string[];
  /** What stands under its heading. */
  readonly notes: string;
}

/** The versions of CHANGELOG.md in their order. */
export declare function versionsOf(text: string): readonly Version[];

/** A sentence for each fault of its form. */
export declare function faultsOfChangelog(text: string): string[];
