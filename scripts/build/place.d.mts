import type { Built } from './freshness.mjs';

export interface Output {
  /** Below dist, with slashes. */
  readonly path: string;
  readonly contents: Uint8Array;
}

export declare function placeFiles(dist: string, outputs: readonly Output[]): Promise<Built['files']>;
export declare function placePart(
  dist: string,
  name: string,
  fingerprint: string,
  outputs: readonly Output[],
): Promise<void>;
