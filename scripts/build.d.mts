import type { BuildOptions } from 'esbuild';

export declare const extensionBundle: BuildOptions;
export declare const webBundles: Readonly<Record<'extension' | 'worker' | 'gpu' | 'vocabularies', BuildOptions>>;
export declare function buildAll(): Promise<void>;
export declare function buildEngine(): Promise<void>;
export declare function buildExtension(): Promise<void>;
export declare function buildWeb(): Promise<void>;
export declare function buildWebview(): Promise<void>;
