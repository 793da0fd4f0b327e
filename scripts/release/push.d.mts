/** Tags the commit and pushes it with main. Takes the tag back if the push fails, and throws. */
export declare function pushVersion(git: (...args: string[]) => unknown, version: string): void;
