import * as l10n from '@vscode/l10n';
import type { PatchView } from '../../shared/instruments';
import type { Token } from '../../shared/tokens';
import { PositionsGrid } from '../journey/lens/grid';
import { useScrolledGrid } from '../journey/lens/scrolledGrid';
import { placeName } from '../parts/place';
import { useWidth } from '../parts/width';
import { tokenLabel } from '../parts/words';
import { patchedPart, share, shortRow } from './patchWords';

/** A smaller share is quiet. */
const faint = 0.03;

interface GridProps {
  readonly grid: PatchView;
  /** B’s tokens, and A’s at the corresponding positions. */
  readonly tokens: readonly Token[];
  readonly partners: readonly (Token | undefined)[];
  /** The position of B whose prediction is looked at. No later one can change it. */
  readonly last: number;
  readonly onOpen: (row: number, at: number) => void;
}

/** The share that comes back for every row and position of B. */
export function PatchGrid({ grid: patch, tokens, partners, last, onOpen }: GridProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const count = last + 1;
  const text = { tokens, contextCount: 0 };
  const grid = useScrolledGrid({ count, rows: patch.rows.length, width, position: last, run: tokens });
  const valueOf = (row: number, at: number): number => patch.rows[row]?.[at] ?? NaN;
  const cell = (row: number, at: number) => {
    const value = valueOf(row, at);
    const isKnown = Number.isFinite(value);
    const hasPartner = partners[at] !== undefined;
    const token = tokens[at];
    const where = l10n.t('{0}, {1}', patchedPart(patch, row), token ? tokenLabel(token) : placeName(text, at));
    const label = isKnown
      ? `${share(value)}, ${where}`
      : !hasPartner
        ? l10n.t('no match in A, {0}', where)
        : patch.rows[row]
          ? l10n.t('no difference, {0}', where)
          : l10n.t('not known yet, {0}', where);
    return {
      label,
      title: label,
      name: ['patch-cell', value < 0 && 'away', Math.abs(value) < faint && 'faint', !hasPartner && 'alone']
        .filter(Boolean)
        .join(' '),
      value,
      strength: isKnown ? Math.min(Math.abs(value), 1) : 0,
      isOpen: patch.open?.row === row && patch.open.at === at,
      content: isKnown && share(value),
    };
  };
  return (
    <div ref={ref}>
      <PositionsGrid
        {...{ grid, text, count, cell }}
        labelledBy="patch-title"
        rows={patch.rows.map((_, layer) => ({ layer, head: shortRow(patch, layer) }))}
        position={last}
        onOpen={(row, at) => Number.isFinite(valueOf(row, at)) && onOpen(row, at)}
      />
    </div>
  );
}
