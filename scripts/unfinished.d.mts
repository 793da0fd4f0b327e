export declare function unfinishedFolder(target: string): Promise<{ readonly path: string; remove(): Promise<void> }>;
export declare function removeAbandoned(parent: string): Promise<void>;
export declare function beginningOf(pid: number): number | undefined;
