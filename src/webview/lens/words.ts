import * as l10n from '@vscode/l10n';
import { count, fixed } from '../../shared/format';
import type { LensColouring } from '../../shared/instruments';

const names: Readonly<Record<LensColouring, () => string>> = {
  probability: () => l10n.t('probability'),
  entropy: () => l10n.t('entropy'),
  rank: () => l10n.t('rank of what follows'),
};

export const quantityName = (colouring: LensColouring): string => names[colouring]();

/** As a cell has room for it: a share and bits with two decimals and with one, a place in whole numbers. */
export function printedQuantity(colouring: LensColouring, value: number | null): string {
  switch (colouring) {
    case 'probability':
      return fixed(value, 2);
    case 'entropy':
      return fixed(value, 1);
    case 'rank':
      return count(value);
  }
}

/** The ends of the scale with their unit. */
export function printedEnd(colouring: LensColouring, value: number): string {
  switch (colouring) {
    case 'probability':
    case 'rank':
      return count(value);
    case 'entropy':
      return l10n.t('{0} bits', fixed(value, value === 0 ? 0 : 1));
  }
}

/** What the scale says. */
const notes: Readonly<Record<LensColouring, () => string>> = {
  probability: () => l10n.t('probability of the token in the cell'),
  entropy: () => l10n.t('entropy of the whole prediction'),
  rank: () => l10n.t('rank of what really follows, log scale'),
};

export const legendNote = (colouring: LensColouring): string => notes[colouring]();
