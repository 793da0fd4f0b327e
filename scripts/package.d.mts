/** Path of the VSIX, whether it was made or not. */
export declare function pathOfPackage(): Promise<string>;

/** Packages what is in dist, and resolves with the path of the VSIX. */
export declare function makePackage(options?: { readonly scanned?: boolean }): Promise<string>;

/** What the package holds of this tree, as paths from the root. */
export declare function shippedFiles(): Promise<string[]>;
