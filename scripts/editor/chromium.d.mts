export declare const chromiumFlags: string[];
export declare function findOrInstallChromium(say?: (line: string) => void): Promise<string>;
