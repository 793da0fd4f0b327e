/** What a marketplace gets to see of a package. */
export interface Vsix {
  readonly bytes: number;
  readonly sha256: string;
  /** The addresses of the README's pictures. */
  readonly pictures: readonly string[];
  /** package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly preRelease: boolean;
}

/** Those of the named files that are in a zip. */
export declare function filesInZip(path: string, names: readonly string[]): Promise<Map<string, Buffer>>;

/** The addresses of the pictures of a page, in order. */
export declare function picturesOf(markdown: string): string[];

export declare function describeVsix(path: string): Promise<Vsix>;
