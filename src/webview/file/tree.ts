import type { TensorEntry } from '../../shared/contents';

/** A row of the list of tensors: one tensor, or all whose names begin alike. */
export interface TensorRow {
  /** The whole name, or what the names of a group begin with. */
  readonly path: string;
  /** The part of it that the row shows: the groups around it say the rest. */
  readonly label: string;
  /** Groups around it. */
  readonly level: number;
  /** null for a group. */
  readonly tensor: TensorEntry | null;
  readonly tensors: number;
  readonly bytes: number;
  readonly isOpen: boolean;
}

interface Group {
  readonly path: string;
  readonly tensors: TensorEntry[];
  /** Groups and tensors below it, by the next part of their names. */
  readonly below: Map<string, Group>;
  /** The tensor whose name ends here. */
  own: TensorEntry | null;
}

const groupOf = (path: string): Group => ({ path, tensors: [], below: new Map(), own: null });

/** A hostile file may have names of a thousand dots. No model has groups as deep as this. */
const mostParts = 16;

function partsOf(name: string): readonly string[] {
  const parts = name.split('.');
  const last = parts.splice(mostParts - 1).join('.');
  return last === '' ? parts : [...parts, last];
}

/** Whether a group is one of a numbered series: a layer, an expert. */
const isNumbered = (path: string): boolean => /(^|\.)\d+$/.test(path);

/** Layers look alike, so they are closed until a reader opens one. */
export const isOpenAtFirst = (path: string): boolean => !isNumbered(path);

export const tensorBytes = (tensors: readonly TensorEntry[]): number =>
  tensors.reduce((sum, { bytes }) => sum + bytes, 0);

/** The names that contain all words of a query, in any case. */
export function matching<E>(entries: readonly E[], query: string, textOf: (entry: E) => string): readonly E[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  return entries.filter((entry) => {
    const text = textOf(entry).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The tensors without groups. */
export const flatRows = (tensors: readonly TensorEntry[]): readonly TensorRow[] => tensors.map((one) => rowOf(one, 0));

const rowOf = (tensor: TensorEntry, level: number, label = tensor.name): TensorRow => ({
  path: tensor.name,
  label,
  level,
  tensor,
  tensors: 1,
  bytes: tensor.bytes,
  isOpen: false,
});

/** The tensors in groups by the dots of their names, and the rows of those groups that are open. */
export function treeRows(
  tensors: readonly TensorEntry[],
  isOpen: (path: string) => boolean = isOpenAtFirst,
): readonly TensorRow[] {
  const root = groupOf('');
  for (const tensor of tensors) {
    let group = root;
    for (const part of partsOf(tensor.name)) {
      const path = group === root ? part : `${group.path}.${part}`;
      const next = group.below.get(part) ?? groupOf(path);
      group.below.set(part, next);
      next.tensors.push(tensor);
      group = next;
    }
    group.own = tensor;
  }
  const rows: TensorRow[] = [];
  addRows(root, { level: 0, isOpen, rows });
  return rows;
}

interface Place {
  readonly level: number;
  readonly isOpen: (path: string) => boolean;
  readonly rows: TensorRow[];
}

function addRows(group: Group, { level, isOpen, rows }: Place): void {
  const below = [...group.below.values()];
  // Files list their layers in any order.
  if (below.every(({ path }) => isNumbered(path))) below.sort((a, b) => numberOf(a.path) - numberOf(b.path));
  for (const one of below) {
    // A group of a single tensor, or of a single group, adds nothing.
    let inner = one;
    while (inner.own === null && inner.below.size === 1) inner = [...inner.below.values()][0] ?? inner;
    const { path, own, tensors } = inner;
    const label = labelOf(path, group.path);
    if (own) rows.push(rowOf(own, level, label));
    if (inner.below.size === 0) continue;
    const open = isOpen(path);
    rows.push({ path, label, level, tensor: null, tensors: tensors.length, bytes: tensorBytes(tensors), isOpen: open });
    if (open) addRows(inner, { level: level + 1, isOpen, rows });
  }
}

const numberOf = (path: string): number => Number(path.slice(path.lastIndexOf('.') + 1));

/** A number alone says too little, so a layer keeps the word before it: `blk.0`. */
function labelOf(path: string, around: string): string {
  const label = around === '' ? path : path.slice(around.length + 1);
  return /^\d+$/.test(label) && around !== '' ? `${around.slice(around.lastIndexOf('.') + 1)}.${label}` : label;
}

/** The row that holds this one; null at the top. */
export function parentOf(rows: readonly TensorRow[], at: number): number | null {
  const level = rows[at]?.level ?? 0;
  for (let above = at - 1; above >= 0; above--) if ((rows[above]?.level ?? 0) < level) return above;
  return null;
}
