import { exportable, type Exportable, type PanelState } from '../../shared/panel';

/** What a file can hold: one part of an inspection, or all of it with the layers. */
export const parts = [...exportable, 'everything'] as const;
export type Part = (typeof parts)[number];

/** Whether the state has numbers for a part; before that there is nothing to copy. */
export function isKnown(part: Exportable, { text, model, neighbours, prediction, position }: PanelState): boolean {
  if (!text || !model) return false;
  return (
    part === 'tokens' ||
    (part === 'neighbours'
      ? neighbours !== null
      : prediction !== null && position !== null && text.tokens[position] !== undefined)
  );
}
