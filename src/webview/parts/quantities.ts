import * as l10n from '@vscode/l10n';
import type { Quantity } from '../../shared/colouring';
import { type Level, underlines } from '../../shared/levels';
import type { PanelStatus, RunView } from '../../shared/panel';

interface QuantityWords {
  readonly name: () => string;
  /** A number with its unit: `20 bits`. */
  readonly inUnits: (value: string) => string;
  /** A token's value after the token's name: `3.52 bits surprisal`. */
  readonly valued: (value: string) => string;
  readonly unknown: () => string;
}

const alone = (value: string): string => value;
const named = (name: () => string, inUnits = (value: string) => l10n.t('{0} bits', value)): QuantityWords => ({
  name,
  inUnits,
  valued: (value) => l10n.t('{0} {1}', inUnits(value), name()),
  unknown: () => l10n.t('{0} not known', name()),
});

/** What the tokens can be coloured by, in words. */
export const quantityWords: Readonly<Record<Quantity, QuantityWords>> = {
  size: named(() => l10n.t('size'), alone),
  surprisal: named(() => l10n.t('surprisal')),
  entropy: named(() => l10n.t('entropy')),
  attention: {
    ...named(() => l10n.t('attention'), alone),
    valued: (value) => l10n.t('{0} of the open head’s attention', value),
    unknown: () => l10n.t('after the chosen token'),
  },
  neuron: {
    name: () => l10n.t('neuron'),
    inUnits: (value) => value,
    valued: (value) => l10n.t('the open neuron fired {0}', value),
    unknown: () => l10n.t('after the run'),
  },
  matters: {
    ...named(() => l10n.t('what mattered')),
    valued: (value) => l10n.t('{0} bits', value),
    unknown: () => l10n.t('not known for this text'),
  },
  difference: {
    ...named(() => l10n.t('difference')),
    valued: (value) => l10n.t('{0} bits between the models', value),
    unknown: () => l10n.t('not compared'),
  },
};

/** Why no token has a value. After a run only the first token can lack one. */
export function whyUnknown(run: RunView | null, { kind }: PanelStatus): string {
  if (run) return l10n.t('no prediction comes before the first token');
  return kind === 'working' ? l10n.t('after the run') : l10n.t('not known for this text');
}

/** The note beside the scale of a known quantity. `first` is the value of the first token. */
export function legendNote(quantity: Quantity, first: number | null | undefined, hasBounds = false): string {
  if (hasBounds)
    return l10n.t(
      '≥ at least this much: the server lists only the likeliest tokens; the underline shows the same value',
    );
  switch (quantity) {
    case 'size':
      return l10n.t('size of the token’s vector, model units; the underline shows the same value');
    case 'surprisal':
      return first === null
        ? l10n.t('– no prediction comes before the first token; the underline shows the same value')
        : l10n.t('the underline shows the same value');
    case 'entropy':
      return l10n.t('of the prediction after each token; the underline shows the same value');
    case 'attention':
      return l10n.t('weight that the open head gives each token, seen from the chosen one; the underline shows it too');
    case 'neuron':
      return l10n.t('how much the open neuron fires at each token; the underline shows the same value');
    case 'difference':
      return l10n.t('KL divergence of B’s prediction after each token from A’s; the underline shows the same value');
    case 'matters':
      return mattersNote();
  }
}

/** What the change of an answer is. */
export const mattersNote = (): string =>
  l10n.t(
    'Bits that the answer costs more without the part of the text. Grey, with the line above: the answer costs less without it.',
  );

/** The underline shows a token's level without colour. Style sheet properties: width in pixels, and style. */
export function underlined(level: Level): Readonly<Record<`--${string}`, string>> {
  const { style, width } = underlines[level];
  return { '--underline': `${width}px`, '--underline-style': style };
}
