/** Who publishes the extension, and from where. */
export interface Identity {
  readonly publisher: string;
  /** Without “.git” and without a slash at the end. */
  readonly repository: string;
  readonly homepage: string;
}

export declare const identityFile: string;

export declare function parseIdentity(text: string): Identity;
export declare function readIdentity(): Identity;
export declare function extensionIdOf(identity: Identity): string;
/** Whether a folder of that name holds this extension as an editor installs it. */
export declare function isOurs(folder: string): boolean;
/** Before anybody has decided who publishes. */
export declare function isPlaceholder(identity: Identity): boolean;

/** The addresses that relative links and pictures of a version's README begin with. */
export declare function addressesOf(
  identity: Identity,
  version: string,
): { readonly baseContentUrl: string; readonly baseImagesUrl: string };

/** The files that repeat the identity, and how each of them does. */
export declare const repeatedIn: Readonly<Record<string, (text: string, identity: Identity) => string>>;
