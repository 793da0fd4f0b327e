import * as l10n from '@vscode/l10n';
import type { Head, HeadGrid } from '../../shared/attention';
import type { Order } from '../../shared/columns';
import { bits, capitalised, roundedSize, signed } from '../../shared/format';
import type { Token } from '../../shared/tokens';
import type { Actions } from '../actions';
import { copiedRows, orderKey, type TableData } from '../parts/columns';
import { targetWords } from '../parts/compared';
import { Copy } from '../parts/copy';
import { useRemembered } from '../parts/remembered';
import { Table } from '../parts/table';
import { sentence } from '../parts/words';
import { byPush, headName, type PlacedHead, weight } from './headWords';

/** Heads listed at each end. */
const listed = 8;

/** The name under which the reader's order is kept. */
const order = 'heads';

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
  order,
});

interface StrongestProps {
  readonly grid: HeadGrid;
  readonly tokens: readonly Token[];
  readonly chosen: number | undefined;
  readonly onOpen: (head: Head) => void;
  readonly act: Actions;
}

/** The heads that push most towards the token and most away from it, which the reader can order. Copied are all. */
export function Strongest({ grid, tokens, chosen, onOpen, act }: StrongestProps) {
  const all = headsTable(grid, tokens, onOpen);
  const [chosenOrder] = useRemembered<Order | null>(orderKey(order), null);
  // That of the pushes holds for their token alone.
  const isOrdered = all.columns.some(({ key }) => key !== undefined && key === chosenOrder?.key);
  const towards = all.rows.filter(({ cell }) => cell.push > 0).slice(0, listed);
  const away = all.rows
    .filter(({ cell }) => cell.push < 0)
    .slice(-listed)
    .reverse();
  return (
    <div class="strongest">
      <div class="spread">
        <h3>{l10n.t('Strongest heads')}</h3>
        <Copy name={capitalised(l10n.t('heads'))} tables={() => [copiedRows(all)]} act={act} />
      </div>
      <Table
        {...all}
        rows={[...towards, ...away]}
        chosen={chosen}
        row={({ layer, head }, at) => ({
          'data-layer': layer,
          'data-head': head,
          // Between the two ends, which another order mixes.
          class: !isOrdered && at === towards.length ? 'against' : undefined,
        })}
      />
    </div>
  );
}
