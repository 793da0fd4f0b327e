/** Path of the VSIX, whether it was made or not. */
export declare function pathOfPackage(): Promise<string>;

/** The version that the manifest names. */
export declare function versionOfPackage(): Promise<string>;

/** What a version's package says of itself to a marketplace. */
export declare function marketplaceOptions(version: string): {
  readonly baseContentUrl: string;
  readonly baseImagesUrl: string;
  readonly preRelease: boolean;
  readonly gitHubIssueLinking: boolean;
};

/** Packages what is in dist, and resolves with the path of the VSIX. */
export declare function makePackage(options?: { readonly scanned?: boolean }): Promise<string>;

/** What the package holds of this tree, as paths from the root. */
export declare function shippedFiles(): Promise<string[]>;

/** Throws if a package of `whole` bytes is too much larger than its model's file of `model` bytes. */
export declare function checkSize(whole: number, model: number): void;
