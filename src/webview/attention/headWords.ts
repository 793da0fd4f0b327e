import * as l10n from '@vscode/l10n';
import { type Head, headNumber, type HeadGrid, type HeadView, type LayerSources } from '../../shared/attention';
import { bits, capitalised, degrees, fixed, percent, roundedSize, signed, valued } from '../../shared/format';
import type { NamedToken, Token } from '../../shared/tokens';
import type { TableData } from '../parts/columns';
import { targetWords } from '../parts/compared';
import { filled, sentence, type Words, words } from '../parts/words';

/** `Head 23.4`. */
export const headName = (layer: number, head: number): string =>
  capitalised(valued(l10n.t('head'), headNumber({ layer, head })));

export const layerName = (layer: number): string => capitalised(valued(l10n.t('layer'), layer));

/** A weight: 0 … 1. */
export const weight = (value: number): string => fixed(value, 2);

/** Degrees. A smaller turn would print as 0. */
const leastTurn = 0.05;
/** A second position is named if its weight is at least this share of the largest. */
const nearlyAsMuch = 0.5;

function added({ layer, head, size, attentionSize }: HeadView): string {
  return filled(
    l10n.t('{0} adds a vector of size {1}; attention as a whole adds one of size {2}'),
    headName(layer, head),
    roundedSize(size),
    roundedSize(attentionSize),
  ).join('');
}

function looks({ position, sources }: HeadView, tokens: readonly NamedToken[]): Words {
  const [first, second] = sources;
  const token = first && tokens[first.position];
  if (!token) return [];
  if (first.position === position)
    return words(l10n.t('It looks at its own token {0} ({1})'), token, weight(first.weight));
  const other = second && tokens[second.position];
  if (other && second.weight >= nearlyAsMuch * first.weight)
    return words(
      l10n.t('It looks at {0} ({1}) and {2} ({3})'),
      token,
      weight(first.weight),
      other,
      weight(second.weight),
    );
  return words(l10n.t('It looks at {0} ({1})'), token, weight(first.weight));
}

function turns({ turn, output, against }: HeadView): Words {
  if (!Number.isFinite(turn) || Math.abs(turn) < leastTurn) return [l10n.t('hardly turns the vector')];
  const by = degrees(Math.abs(turn));
  if (against)
    return words(
      l10n.t('turns the vector {0} towards {1} and away from {2}'),
      by,
      ...(turn > 0 ? ([output, against] as const) : ([against, output] as const)),
    );
  return words(
    turn > 0 ? l10n.t('turns the vector {0} towards {1}') : l10n.t('turns the vector {0} away from {1}'),
    by,
    output,
  );
}

/** What a head does at a position, in one sentence. */
export const headWords = (view: HeadView, tokens: readonly NamedToken[]): Words =>
  words(l10n.t('{0}. {1} and {2}.'), added(view), looks(view, tokens), turns(view));

/** The positions that a layer without heads takes most from, whatever the sign. */
export function mixedTable(sources: LayerSources, tokens: readonly NamedToken[]): TableData<number> {
  const { share, push } = sources;
  return {
    columns: [
      { key: 'position', head: l10n.t('position'), value: (at) => at + 1, print: String },
      { key: 'token', head: l10n.t('token'), value: (at) => tokens[at] },
      { key: 'share', head: l10n.t('share'), value: (at) => share[at], print: (value) => percent(100 * value) },
      { key: 'push', head: l10n.t('push'), value: (at) => push[at], print: signed },
    ],
    rows: [...share.keys()]
      .filter((at) => share[at] !== 0)
      .sort((a, b) => Math.abs(share[b] as number) - Math.abs(share[a] as number)),
  };
}

/** A head of the grid, with its place. */
export interface PlacedHead {
  readonly layer: number;
  readonly head: number;
  readonly cell: HeadGrid['heads'][number][number];
}

/** All heads, the one that pushes most first. */
export const byPush = ({ heads }: HeadGrid): readonly PlacedHead[] =>
  heads
    .flatMap((row, layer) => row.map((cell, head) => ({ layer, head, cell })))
    .sort((a, b) => b.cell.push - a.cell.push || a.layer - b.layer || a.head - b.head);

/** All heads, the one that pushes most first, with the token that each looks at most. */
export const headsTable = (
  grid: HeadGrid,
  tokens: readonly Token[],
  onOpen?: (head: Head) => void,
): TableData<PlacedHead> => ({
  columns: [
    { key: 'layer', value: ({ layer }) => layer },
    { key: 'head', value: ({ head }) => head },
    {
      head: l10n.t('head'),
      names: true,
      value: ({ layer, head }) => headName(layer, head),
      press: ({ layer, head }) => onOpen?.({ layer, head }),
    },
    {
      key: `push on ${sentence(targetWords(grid))}`,
      sorts: true,
      head: l10n.t('push'),
      cells: 'push',
      value: ({ cell }) => cell.push,
      print: signed,
    },
    {
      key: 'size',
      sorts: true,
      head: l10n.t('size'),
      name: 'not-tiny',
      value: ({ cell }) => cell.size,
      print: roundedSize,
    },
    { key: 'weight on the first position', value: ({ cell }) => cell.first },
    { key: 'looks most at', head: l10n.t('looks most at'), name: 'name', value: ({ cell }) => tokens[cell.most] },
    { key: 'weight', sorts: true, head: l10n.t('weight'), value: ({ cell }) => cell.weight, print: weight },
    {
      key: 'entropy (bits)',
      sorts: true,
      head: l10n.t('entropy'),
      name: 'not-small',
      value: ({ cell }) => cell.entropy,
      print: bits,
    },
  ],
  rows: byPush(grid),
  order: 'heads',
});
