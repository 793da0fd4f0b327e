import type { BuildOptions } from 'esbuild';

export type Bundle = BuildOptions & { readonly entryPoints: Readonly<Record<string, string>>; readonly outdir: string };

export declare function debuggable(bundle: Bundle): Bundle;
export declare const webBundles: Readonly<Record<'extension' | 'worker' | 'gpu' | 'vocabularies', Bundle>>;
export declare const nodeBundles: Readonly<Record<'engine' | 'commandLine' | 'extension' | 'webview', Bundle>>;
export declare function offlineBundle(outdir: string, files: readonly string[], contents: string): Bundle;
export declare function pythonBundle(outdir: string): Bundle;
export declare function siteBundles(outdir: string): readonly Bundle[];
