export declare const chromiumFlags: readonly string[];
export declare function findOrInstallChromium(say?: (line: string) => void): Promise<string>;
