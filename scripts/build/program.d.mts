import type { BuildOptions } from 'esbuild';

export declare function placePrograms(
  folder: string,
  entryPoints: Readonly<Record<string, string>>,
  options?: BuildOptions,
): Promise<readonly string[]>;
