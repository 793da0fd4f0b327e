import type { PanelState } from '../../shared/panel';

/** Index of the example at the chosen position, or of the first one where that has none; null without examples. */
export function shownExample({ contrasts, position }: Pick<PanelState, 'contrasts' | 'position'>): number | null {
  if (contrasts?.kind !== 'part' || contrasts.examples.length === 0) return null;
  return Math.max(
    contrasts.examples.findIndex((example) => example.position === position),
    0,
  );
}

/** The position that the header names: that of the example while the examples are read, else the chosen one. */
export function namedPosition(
  state: Pick<PanelState, 'contrasts' | 'position'>,
  current: string | null,
): number | null {
  const shown = current === 'point' ? shownExample(state) : null;
  if (shown === null || state.contrasts?.kind !== 'part') return state.position;
  return state.contrasts.examples[shown]?.position ?? state.position;
}
