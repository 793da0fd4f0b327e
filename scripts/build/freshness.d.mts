export type PartName = 'kernels' | 'runtime' | 'engine' | 'commandLine' | 'extension' | 'web' | 'webview' | 'site';

export type Stamp = readonly [bytes: number, changed: number];

export interface Built {
  readonly fingerprint: string;
  readonly files: Readonly<Record<string, Stamp>>;
}

export declare function staleParts<Name extends PartName>(
  root: string,
  names: readonly Name[],
  forDebugging?: boolean,
): readonly { readonly name: Name; readonly fingerprint: string }[];
export declare function fingerprintOf(root: string, inputs: readonly string[]): string;
export declare function noteOf(name: string): string;
export declare function builtIn(dist: string, name: string): Built | undefined;
