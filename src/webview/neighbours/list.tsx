import * as l10n from '@vscode/l10n';
import type { Neighbours } from '../../shared/engine';
import { raw, size, valued, decimalsWithin, fixed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { metricFacts, type Metric } from '../../shared/metrics';
import { neighbourMeasures, type RankedEntry, neighbourColumns, type NeighbourRow } from '../../shared/neighbourTable';
import { type NeighbourSpace, searchedIn, type Side, sizeOnSide } from '../../shared/sides';
import type { RankedToken } from '../../shared/tokens';
import type { Column, TableData } from '../parts/columns';
import { placedBy } from '../parts/fragments';
import { metricValue, metricWords, printedValue } from '../parts/metrics';
import { Table } from '../parts/table';
import { TokenText } from '../parts/text';
import { tokenLabel } from '../parts/words';
import { formula, listsTitle } from './finding';

/** The lists by some metrics, with the values by all. */
export function neighboursTable(
  { lists, space }: Pick<Neighbours, 'lists' | 'space'>,
  by: readonly Metric[],
  hide: boolean,
): TableData<NeighbourRow> {
  const rows = placedBy(lists, by, hide);
  const { before, rank, id, token, size, measures } = neighbourColumns(space, l10n);
  const sizes = rows.map((row) => size.value(row) ?? NaN);
  const decimals = decimalsWithin(Math.max(...sizes) - Math.min(...sizes), 3);
  return {
    columns: [
      ...before,
      { ...rank, name: 'rank' },
      id,
      {
        ...token,
        name: 'name',
        names: true,
        cell: ({ entry }) => ({ 'data-id': entry.token.id }),
      },
      { ...size, print: (value) => fixed(value, decimals) },
      ...measures,
    ],
    rows,
  };
}

interface OneListProps {
  readonly neighbours: Neighbours;
  readonly metric: Metric;
  readonly hide: boolean;
}

/** What stands in the place of three lists that are alike: one list with its values by every metric. */
export const OneList = ({ neighbours, metric, hide }: OneListProps) => (
  <div data-picture="neighbours" class="lab-list neighbours-one">
    <Table
      {...neighboursTable(neighbours, [metric], hide)}
      chooses
      name="lab-table"
      label={listsTitle()}
      chosen={neighbours.query.id}
    />
  </div>
);

type Row = RankedEntry<RankedToken>;

interface ListProps {
  readonly metric: Metric;
  /** Of a model with two matrices. */
  readonly space: NeighbourSpace | undefined;
  /** The rows that are listed, if not those of the space. */
  readonly side?: Side;
  readonly entries: readonly Row[];
  /** Ids of the tokens whose neighbours these are. */
  readonly marked: readonly number[];
  /** Whether the user puts this metric first. */
  readonly preferred: boolean;
  /** Shows the tokens alone; their labels hold the values. */
  readonly compact?: boolean;
  /** The list stands for those of all metrics. */
  readonly isOne?: boolean;
  readonly showSizes: boolean;
  /** Size of a full bar, model units. */
  readonly fullSize: number;
  /** Id of the token under the mouse or the focus in one of the lists. */
  readonly lit: number | null;
  readonly onPoint: (entry: RankedToken | null) => void;
  readonly onChoose: (id: number) => void;
  readonly item: (row: number) => { readonly 'data-roving': number; readonly tabIndex: number };
}

/** One metric's list, best first. */
export function List(props: ListProps) {
  const { metric, space, side = searchedIn(space), entries, marked, preferred, compact = false, isOne = false } = props;
  const { showSizes, fullSize, lit, onPoint, onChoose, item } = props;
  const { smallerIsNearer } = metricFacts[metric];
  const { title, name, list } = metricWords(metric);
  const measures = neighbourMeasures(l10n).filter(({ lists = metric }) => lists === metric);
  const order = smallerIsNearer ? l10n.t('smallest first') : l10n.t('largest first');
  const valueOf = ({ values }: RankedToken): string => metricValue(metric, printedValue(metric, values[metric]));
  const token: Column<Row> = {
    head: l10n.t('token'),
    names: true,
    value: ({ entry }) => entry.token,
    draw: ({ entry }) => (
      <TokenText
        token={entry.token}
        chosen={marked.includes(entry.token.id)}
        title={`${plainToken(entry.token)}, ${valueOf(entry)}`}
      />
    ),
    press: ({ entry }) => onChoose(entry.token.id),
    button: ({ entry }) => ({
      ...(compact && { 'aria-label': `${tokenLabel(entry.token)}, ${valueOf(entry)}` }),
      onFocus: () => onPoint(entry),
      onBlur: () => onPoint(null),
    }),
  };
  const length = ({ entry }: Row): number => sizeOnSide(entry.token, side);
  const full: readonly Column<Row>[] = [
    { head: <span class="hidden">{l10n.t('rank')}</span>, name: 'rank', draw: ({ rank }) => rank },
    {
      ...token,
      name: 'name',
      head: (
        <>
          <span class="hidden">{l10n.t('token')}</span>
          <span class="narrow-only" aria-hidden="true">
            {order}
          </span>
        </>
      ),
    },
    {
      head: showSizes ? l10n.t('size') : <span class="hidden">{l10n.t('size')}</span>,
      name: 'size',
      cell: (row) => ({ title: valued(l10n.t('size'), size(length(row))) }),
      draw: (row) => (
        <>
          {showSizes && <span class="bar" style={{ width: `${((100 * length(row)) / fullSize).toFixed(1)}%` }} />}
          <span class="hidden">{size(length(row))}</span>
        </>
      ),
    },
    ...measures.map((measure, at) => ({
      ...measure,
      ...(at === 0
        ? { head: <span class="overhang">{formula(metric, space)}</span>, th: { class: 'formula' }, cells: 'value' }
        : { head: measure.lists ? null : measure.head, name: 'further' }),
    })),
  ];
  const titleRow = (
    <tr class="title-row">
      <th scope="colgroup" colSpan={2} aria-current={preferred}>
        {title}
      </th>
      <td colSpan={1 + measures.length} class="number order">
        <span class="overhang">{order}</span>
      </td>
    </tr>
  );
  const one = {
    ...token,
    cells: 'name',
    head: isOne ? l10n.t('by all metrics') : name,
    th: { 'aria-current': preferred },
  };
  return (
    <Table
      name="neighbours-list"
      label={list}
      data={{ 'data-metric': metric }}
      columns={compact ? [one] : full}
      rows={entries}
      above={!compact && titleRow}
      heads={{ class: compact ? 'title-row' : 'unit-row' }}
      item={item}
      row={({ entry, rank }) => ({
        class: [marked.includes(entry.token.id) && 'query', entry.token.id === lit && 'lit'].filter(Boolean).join(' '),
        'data-id': entry.token.id,
        'data-rank': rank,
        'data-value': compact ? raw(entry.values[metric]) : undefined,
        onMouseEnter: () => onPoint(entry),
        onMouseLeave: () => onPoint(null),
      })}
    >
      {!compact && (
        <colgroup>
          <col class="rank" />
          <col class="name" />
          <col class="size" />
          <col class="value" />
          {measures.slice(1).map(({ key }) => (
            <col key={key} class="further" />
          ))}
        </colgroup>
      )}
    </Table>
  );
}
