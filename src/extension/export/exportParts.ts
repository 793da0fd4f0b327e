import { posix } from 'node:path';
import { exportable, type Exportable, type PanelState } from '../../shared/panel';

/** The contents of an exported file: one part of an inspection, or all of it with the layers. */
export const parts = [...exportable, 'everything'] as const;
export type Part = (typeof parts)[number];

/** Whether the state has numbers for a part. */
export function isKnown(part: Exportable, { text, model, neighbours, prediction, position }: PanelState): boolean {
  if (!text || !model) return false;
  return (
    part === 'tokens' ||
    (part === 'neighbours'
      ? neighbours !== null
      : prediction !== null && position !== null && text.tokens[position] !== undefined)
  );
}

/** The name of a file that holds a part or a picture of a document's inspection: `notes-tokens.json`. */
export const fileName = (document: string, part: string, ending: string): string =>
  `${posix.parse(document).name || 'text'}-${part}.${ending}`;

/** A path's ending in lower case, without the dot. */
export const endingOf = (path: string): string => posix.extname(path).slice(1).toLowerCase();
