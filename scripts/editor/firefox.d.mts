export declare function findOrInstallFirefox(say?: (line: string) => void): Promise<string>;
