/** Whether a version goes to the channel of the pre-releases: those with an odd minor number do. */
export declare function isPreRelease(version: string): boolean;

/** The files of a release, by the path of its VSIX. */
export declare function filesOf(vsix: string): {
  readonly vsix: string;
  readonly checksum: string;
  readonly notes: string;
};

export type Target = 'marketplace' | 'open-vsx' | 'github';

/** The commands that publish a version, each with its arguments. */
export declare function publishCommands(version: string, path: string): Readonly<Record<Target, readonly string[]>>;
