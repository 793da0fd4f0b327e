export declare function buildAll(forDebugging?: boolean): Promise<void>;
export declare function buildSite(): Promise<void>;
export declare function buildKernels(): Promise<void>;
export declare function buildEngine(): Promise<void>;
export declare function buildCommandLine(): Promise<void>;
export declare function inBuildTurn(work: () => Promise<void>): Promise<void>;
export declare function packagedFiles(): ReadonlySet<string>;
