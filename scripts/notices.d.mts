import type { Metafile } from 'esbuild';

/** Path of NOTICES.txt. */
export const noticesPath: string;

/** Bundles everything that is shipped, without writing it. */
export function shippedMetafiles(): Promise<Metafile[]>;

/** The text of NOTICES.txt, packages in alphabetical order, each licence once. */
export function noticesOf(metafiles: readonly Metafile[]): string;
