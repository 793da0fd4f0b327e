import * as l10n from '@vscode/l10n';
import { max, range } from 'd3-array';
import type { Blame, BlamedPart, ModelPart } from '../../shared/blame';
import { type BlameMeasure, byCost, costOf, modelPart, printedCost } from '../../shared/blameWords';
import { raw } from '../../shared/format';
import { layerPartNames, type LayerKinds } from '../../shared/layerParts';
import type { TrunkInfo } from '../../shared/model';
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
  const { row = 0, from = 0, to = 1 } = cells[at] ?? {};
  const near = (line: number, column: number) =>
    cells.findIndex((one) => one.row === line && one.from <= column && column < one.to);
  const middle = (from + to - 1) / 2;
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: near(row, from - 1), ArrowRight: near(row, to) },
    ...{ ArrowUp: near(row - 1, middle), ArrowDown: near(row + 1, middle) },
    ...{ Home: cells.findIndex((one) => one.row === row), End: cells.findLastIndex((one) => one.row === row) },
  };
  const next = steps[key];
  return next === undefined ? null : next < 0 ? at : next;
}

/** A row's name on the map. */
function rowName(name: string, kinds: LayerKinds): string {
  if (name === 'attention' || name === 'feedForward') return layerPartNames(name, kinds, l10n);
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
  readonly trunk: TrunkInfo;
  readonly open: ModelPart | null;
  readonly onOpen: (part: ModelPart) => void;
}

/** What each part costs: layers across, parts down. */
export function BlameMap({ blame, by, trunk, open, onOpen }: MapProps) {
  const { layers } = trunk;
  const { ref, width } = useWidth<HTMLDivElement>();
  const { names, cells, hasEnds } = partMap(blame.parts, layers);
  const roving = useRoving(cells.length, 0, (key, at) => partStep(key, at, cells));
  const column = Math.min(widest, Math.max(narrowest, Math.floor((width - namesWidth) / layers)));
  const print = printedCost(blame, by);
  const most = max(blame.parts, (part) => costOf(blame, part, by)) ?? 0;
  const first = byCost(blame, by).slice(0, placed);
  const heads = [...names.map((name) => rowName(name, trunk)), ...(hasEnds ? [l10n.t('ends')] : [])];
  const every = column < 18 ? 5 : 1;
  const name = (text: string, role: 'columnheader' | 'rowheader') => (
    <span role={role} class="heads-layer small clip" style={{ width: `${namesWidth}px` }} title={text}>
      {text}
    </span>
  );
  return (
    <div ref={ref}>
      <ColourScale ends={['0', print(most)]}>{l10n.t('bits; 1 to 3: the costliest')}</ColourScale>
      <div class="heads" role="grid" aria-labelledby="blame-title" data-cut {...roving.group}>
        <div role="row" class="heads-row heads-head small quiet">
          {name(l10n.t('layer'), 'columnheader')}
          {range(layers).map((layer) => (
            <span role="columnheader" style={{ width: `${column}px` }}>
              {layer % every === 0 ? layer : ''}
            </span>
          ))}
        </div>
        {heads.map((head, row) => (
          <div role="row" class="heads-row">
            {name(head, 'rowheader')}
            {cells.map(({ row: own, from, to, one }, at) => {
              if (own !== row) return null;
              const cost = costOf(blame, one, by);
              const place = cost > 0 ? first.indexOf(one) : -1;
              const part = modelPart(one.part, l10n);
              const before = cells[at - 1]?.row === row ? (cells[at - 1]?.to ?? 0) : 0;
              return (
                <button
                  type="button"
                  role="gridcell"
                  class="grid-cell head-cell"
                  aria-colindex={from + 2}
                  aria-colspan={to - from}
                  aria-label={l10n.t('{0} bits, {1}', print(cost), part)}
                  aria-selected={open !== null && modelPart(open, l10n) === part}
                  title={l10n.t('{0} bits, {1}', print(cost), part)}
                  data-value={raw(cost)}
                  style={{
                    marginLeft: `${(from - before) * column}px`,
                    width: `${(to - from) * column - 1}px`,
                    '--strength': (most > 0 ? Math.max(0, cost / most) : 0).toFixed(3),
                  }}
                  onClick={() => onOpen(one.part)}
                  {...roving.item(at)}
                >
                  {!('layer' in one.part) && `${part} `}
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
