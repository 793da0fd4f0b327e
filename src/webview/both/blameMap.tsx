import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import type { Blame, BlamedPart, ModelPart } from '../../shared/blame';
import { type BlameMeasure, byCost, costOf, modelPart, printedCost } from '../../shared/blameWords';
import { raw } from '../../shared/format';
import { ColourScale } from '../parts/ramp';
import { useRoving } from '../parts/roving';
import { useWidth } from '../parts/width';

/** A cell: from a column on, before another one. The columns are layers. */
export interface PartCell {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly one: BlamedPart;
}

/** What a row of the map is about: a kind of part, or of tensor, in every layer; null for what is in no layer. */
const rowOf = ({ tensor, ...part }: ModelPart): string | null =>
  !('layer' in part) ? null : tensor === undefined ? part.kind : tensor.replace(/^.*?\.\d+\.|\.weight$/g, '');

/** The embedding, the final norm and the output rows. */
const usualEnds = 3;

/** The cells of each row; those in no layer share the last row. */
export function partMap(parts: readonly BlamedPart[], layers: number) {
  const names = [...new Set(parts.map(({ part }) => rowOf(part)))].filter((name) => name !== null);
  const ends = parts.filter(({ part }) => !('layer' in part));
  const cells = parts.map((one): PartCell => {
    const { part } = one;
    const name = rowOf(part);
    if ('layer' in part && name !== null)
      return { row: names.indexOf(name), from: part.layer, to: part.layer + 1, one };
    const at = ends.indexOf(one);
    const edge = (end: number) => Math.round((end * layers) / Math.max(usualEnds, ends.length));
    return { row: names.length, from: edge(at), to: edge(at + 1), one };
  });
  return { names, cells: cells.toSorted((a, b) => a.row - b.row || a.from - b.from), hasEnds: ends.length > 0 };
}

/** The cell that a key leads to from cell `at`; null for other keys. Up and down stay below each other. */
export function partStep(key: string, at: number, cells: readonly PartCell[]): number | null {
  const now = cells[at];
  if (!now) return null;
  const row = cells.filter((one) => one.row === now.row);
  const within = (one: PartCell | undefined): number => (one ? cells.indexOf(one) : at);
  const beside = (rows: number): number => {
    const middle = (now.from + now.to - 1) / 2;
    return within(cells.find((one) => one.row === now.row + rows && one.from <= middle && middle < one.to));
  };
  switch (key) {
    case 'ArrowLeft':
      return within(row[row.indexOf(now) - 1]);
    case 'ArrowRight':
      return within(row[row.indexOf(now) + 1]);
    case 'ArrowUp':
      return beside(-1);
    case 'ArrowDown':
      return beside(1);
    case 'Home':
      return within(row[0]);
    case 'End':
      return within(row.at(-1));
    default:
      return null;
  }
}

/** A row's name on the map. */
function rowName(name: string): string {
  if (name === 'attention') return l10n.t('attention');
  if (name === 'feedForward') return l10n.t('feed-forward');
  return name === 'layer' ? l10n.t('whole layer') : name;
}

/** Pixels: the names of the rows, and the narrowest and widest column of a layer. */
const namesWidth = 84;
const narrowest = 9;
const widest = 40;
/** The costliest parts, whose place stands in their cells. */
const placed = 3;

interface MapProps {
  readonly blame: Blame;
  readonly by: BlameMeasure;
  readonly layers: number;
  readonly open: ModelPart | null;
  readonly onOpen: (part: ModelPart) => void;
}

/** What each part costs: layers across, parts down. */
export function BlameMap({ blame, by, layers, open, onOpen }: MapProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { names, cells, hasEnds } = partMap(blame.parts, layers);
  const roving = useRoving(cells.length, 0, (key, at) => partStep(key, at, cells));
  const column = Math.min(widest, Math.max(narrowest, Math.floor((width - namesWidth) / layers)));
  const print = printedCost(blame, by);
  const most = max(blame.parts, (part) => costOf(blame, part, by)) ?? 0;
  const first = byCost(blame, by).slice(0, placed);
  const heads = [...names.map(rowName), ...(hasEnds ? [l10n.t('ends')] : [])];
  const every = column < 18 ? 5 : 1;
  return (
    <div ref={ref}>
      <ColourScale ends={['0', print(most)]}>{l10n.t('bits; 1 to 3: the costliest')}</ColourScale>
      <div class="blame-map" role="grid" aria-labelledby="blame-title" data-cut {...roving.group}>
        <div role="row" class="blame-row small quiet" style={{ height: '16px' }}>
          <span role="columnheader" class="blame-name">
            {l10n.t('layer')}
          </span>
          {Array.from({ length: layers }, (_, layer) => (
            <span role="columnheader" class="blame-layer" style={{ width: `${column}px` }}>
              {layer % every === 0 ? layer : ''}
            </span>
          ))}
        </div>
        {heads.map((head, row) => (
          <div role="row" class="blame-row">
            <span role="rowheader" class="blame-name small" title={head}>
              {head}
            </span>
            {cells.map(({ row: own, from, to, one }, at) => {
              if (own !== row) return null;
              const cost = costOf(blame, one, by);
              const place = cost > 0 ? first.indexOf(one) : -1;
              const name = modelPart(one.part, l10n);
              return (
                <button
                  type="button"
                  role="gridcell"
                  class="grid-cell blame-cell"
                  aria-colindex={from + 2}
                  aria-colspan={to - from}
                  aria-label={l10n.t('{0} bits, {1}', print(cost), name)}
                  aria-selected={open !== null && modelPart(open, l10n) === name}
                  title={l10n.t('{0} bits, {1}', print(cost), name)}
                  data-value={raw(cost)}
                  style={{
                    left: `${namesWidth + from * column}px`,
                    width: `${(to - from) * column - 1}px`,
                    '--strength': (most > 0 ? Math.max(0, cost / most) : 0).toFixed(3),
                  }}
                  onClick={() => onOpen(one.part)}
                  {...roving.item(at)}
                >
                  {!('layer' in one.part) && `${name} `}
                  {place >= 0 && <b>{place + 1}</b>}
                </button>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
