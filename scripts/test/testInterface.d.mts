import type { BuildOptions } from 'esbuild';

export declare const testBundles: Readonly<Record<string, BuildOptions>>;
export declare function addTestInterface(extensions: string): Promise<void>;
