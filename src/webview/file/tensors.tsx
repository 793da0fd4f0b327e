import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import { inOrder, type Order } from '../../shared/columns';
import type { FileView, TensorEntry, TensorView } from '../../shared/contents';
import { count } from '../../shared/format';
import type { Actions } from '../actions';
import { copiedRows, orderKey, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { useRemembered, useRememberedOf } from '../parts/remembered';
import { Table } from '../parts/table';
import type { SectionProps } from '../section';
import { bytesWords, numbersIn, shapeWords, shareWords, tensorCount } from './facts';
import { Breakable, Filter } from './filter';
import { Statistics } from './statistics';
import { tensorBytes, flatRows, isOpenAtFirst, matching, parentOf, type TensorRow, treeRows } from './tree';

const orderName = 'tensors';

interface Looks {
  /** Bytes of all tensors. */
  readonly all: number;
  readonly press: (row: TensorRow) => void;
  readonly isOpen: (row: TensorRow) => boolean;
}

const noLooks = { press: () => undefined, isOpen: () => false };

/** The columns are copied without groups: one row for each tensor. */
const tensorsTable = (rows: readonly TensorRow[], { all, press, isOpen }: Looks): TableData<TensorRow> => ({
  rows,
  order: orderName,
  columns: [
    {
      key: 'name',
      head: l10n.t('name'),
      sorts: true,
      value: ({ path }) => path,
      draw: (row) => <Name row={row} />,
      cells: 'mono',
      press,
      button: (row) => ({
        class: row.tensor ? 'underlines tensor-name' : 'underlines tensor-name tensor-group',
        'aria-expanded': row.tensor ? isOpen(row) : row.isOpen,
        'aria-label': row.tensor ? row.path : `${row.path}, ${tensorCount(row.tensors)}`,
      }),
    },
    { key: 'type', head: l10n.t('type'), sorts: true, value: ({ tensor }) => tensor?.type, name: 'tensor-type' },
    {
      key: 'numbers',
      head: l10n.t('shape'),
      sorts: 'descending',
      value: ({ tensor }) => tensor && numbersIn(tensor),
      draw: ({ tensor, tensors }) => (tensor ? shapeWords(tensor) : <span class="quiet">{tensorCount(tensors)}</span>),
      name: 'tensor-shape',
    },
    { key: 'shape', value: ({ tensor }) => tensor && shapeWords(tensor) },
    {
      key: 'bytes',
      head: l10n.t('bytes'),
      sorts: 'descending',
      value: ({ bytes }) => bytes,
      print: bytesWords,
      name: 'tensor-bytes',
    },
    {
      key: 'share of bytes',
      head: l10n.t('share'),
      sorts: 'descending',
      value: ({ bytes }) => (all === 0 ? 0 : bytes / all),
      print: shareWords,
      name: 'tensor-share',
    },
  ],
});

/** Characters that fit into a narrow panel, inside some groups. */
const shortName = 16;

/** A name in its place in the tree. Only a long one may break. */
const Name = ({ row: { label, level } }: { readonly row: TensorRow }) => (
  <bdi style={{ marginLeft: `${14 * level}px` }}>{label.length <= shortName ? label : <Breakable name={label} />}</bdi>
);

const noGroups: ReadonlyMap<string, boolean> = new Map();
const noTensors: ReadonlySet<string> = new Set();

/** What a reader has opened in the list of one file. */
function useOpened(path: string, query: string) {
  // Every query shows all that it found, and the tree is as it was left once there is none.
  const [groups, setGroups] = useRememberedOf<ReadonlyMap<string, boolean>>(
    query === '' ? 'tensor groups' : 'found tensor groups',
    [path, query],
    noGroups,
  );
  const [tensors, setTensors] = useRememberedOf<ReadonlySet<string>>('open tensors', [path], noTensors);
  return {
    groups,
    tensors,
    setGroup: (group: string, isOpen: boolean) => setGroups(new Map(groups).set(group, isOpen)),
    setTensor: (name: string, isOpen: boolean) =>
      setTensors(isOpen ? new Set(tensors).add(name) : new Set([...tensors].filter((one) => one !== name))),
  };
}

/** A tensor may be called `constructor`, which every object has. */
const viewOf = ({ statistics }: FileView, name: string): TensorView | undefined =>
  Object.hasOwn(statistics, name) ? statistics[name] : undefined;

/** The tensors as a tree, or as a list once a column orders them. */
export function TensorsBody({ state: { file }, act }: SectionProps) {
  return file?.contents ? <Tensors file={file} tensors={file.contents.tensors} act={act} /> : <></>;
}

interface TensorsProps {
  readonly file: FileView;
  readonly tensors: readonly TensorEntry[];
  readonly act: Actions;
}

function Tensors({ file, tensors, act }: TensorsProps) {
  const [query, setQuery] = useRememberedOf('tensors query', [file.path], '');
  const [order] = useRemembered<Order | null>(orderKey(orderName), null);
  const isFiltered = query.trim() !== '';
  const opened = useOpened(file.path, query.trim());
  const all = useMemo(() => tensorBytes(tensors), [tensors]);
  // Ordered before a query narrows them, since every key of the query would order them again.
  const listed = useMemo(() => flatRows(tensors), [tensors]);
  const ordered = useMemo(
    () => inOrder(tensorsTable(listed, { ...noLooks, all }), order).map(({ row }) => row),
    [listed, order, all],
  );
  const found = useMemo(
    () => matching(ordered, query, ({ path, tensor }) => `${path} ${tensor?.type}`),
    [ordered, query],
  );
  const rows = useMemo(
    () =>
      order
        ? found
        : treeRows(
            found.flatMap(({ tensor }) => tensor ?? []),
            (path) => opened.groups.get(path) ?? (isFiltered || isOpenAtFirst(path)),
          ),
    [found, order === null, opened.groups, isFiltered],
  );
  const press = ({ path, tensor, isOpen }: TensorRow): void => {
    if (!tensor) return opened.setGroup(path, !isOpen);
    const view = viewOf(file, path);
    const opens = !opened.tensors.has(path);
    opened.setTensor(path, opens);
    if (opens && (view === undefined || view.kind === 'failed')) act.post({ type: 'measureTensor', name: path });
    if (!opens && view?.kind === 'reading') act.post({ type: 'stopTensor', name: path });
  };
  /** In the tree, right opens and left closes, or leads to the group around. */
  const step = (key: string, line: number): number | null => {
    const row = rows[line];
    if (!row || order || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return null;
    const isOpen = row.tensor ? opened.tensors.has(row.path) : row.isOpen;
    const opens = key === 'ArrowRight';
    if (opens !== isOpen) {
      press(row);
      return line;
    }
    if (opens) return row.tensor ? line : line + 1;
    return parentOf(rows, line) ?? line;
  };
  return (
    <>
      <Filter
        id="tensors-filter"
        label={l10n.t('Filter by name or type')}
        placeholder={l10n.t('Filter by name or type')}
        value={query}
        onFilter={setQuery}
        left={isFiltered ? l10n.t('{0} of {1}', count(found.length), tensorCount(tensors.length)) : null}
      />
      {rows.length > 0 && (
        <Table
          {...tensorsTable(rows, { all, press, isOpen: ({ path }) => opened.tensors.has(path) })}
          name="fixed file-tensors"
          label={l10n.t('Tensors')}
          inChunks
          step={step}
          row={({ path, tensor }) => (tensor ? { 'data-tensor': path } : { 'data-group': path, class: 'group' })}
          below={({ path, tensor }) =>
            tensor && opened.tensors.has(path) && <Statistics name={path} view={viewOf(file, path)} act={act} />
          }
        />
      )}
    </>
  );
}

export const TensorsControls = ({ state: { file } }: SectionProps) => (
  <Copy
    name={l10n.t('Tensors')}
    tables={() => {
      const tensors = file?.contents?.tensors ?? [];
      return [copiedRows(tensorsTable(flatRows(tensors), { ...noLooks, all: tensorBytes(tensors) }))];
    }}
  />
);
