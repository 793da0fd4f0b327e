import type { PlatformPath } from 'node:path';

export interface Desktop {
  readonly executable: string;
  readonly cli: string;
}
export interface Machine {
  readonly platform: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly path: Pick<PlatformPath, 'join' | 'dirname'>;
}
export declare function findDesktop(): Desktop | undefined;
export declare function usualPlaces(machine: Machine): readonly string[];
export declare function programsOf(cli: string, machine: Pick<Machine, 'platform' | 'path'>): readonly string[];
