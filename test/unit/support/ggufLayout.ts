import { valueTypes } from './ggufWriter';

/** What the bytes at a place of a GGUF header say. */
export type FieldKind =
  | 'version'
  | 'count'
  | 'length'
  | 'valueType'
  | 'text'
  | 'number'
  | 'dimensions'
  | 'size'
  | 'tensorType'
  | 'offset';

export interface Span {
  readonly at: number;
  readonly length: number;
}

/** Where everything lies in the header of a sound file. */
export interface Layout {
  readonly fields: ReadonlyMap<FieldKind, readonly Span[]>;
  /** Whole keys with their values, whole values without their type, and whole tensor descriptions. */
  readonly keys: readonly Span[];
  readonly values: readonly Span[];
  readonly tensors: readonly Span[];
  readonly end: number;
}

const widths = new Map<number, number>([
  [valueTypes.u8, 1],
  [valueTypes.i8, 1],
  [valueTypes.u16, 2],
  [valueTypes.i16, 2],
  [valueTypes.u32, 4],
  [valueTypes.i32, 4],
  [valueTypes.f32, 4],
  [valueTypes.bool, 1],
  [valueTypes.u64, 8],
  [valueTypes.i64, 8],
  [valueTypes.f64, 8],
]);

/** Entries of one list that are told apart: the rest of a vocabulary is like its beginning. */
const toldApart = 20;

/** Walks a sound file, trusting it, by code of its own. */
export function layoutOf(bytes: Uint8Array): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields = new Map<FieldKind, Span[]>();
  let at = 4;
  const skip = (kind: FieldKind, length: number, told = true): number => {
    if (told) fields.set(kind, [...(fields.get(kind) ?? []), { at, length }]);
    at += length;
    return at - length;
  };
  const u32 = (kind: FieldKind) => view.getUint32(skip(kind, 4), true);
  const u64 = (kind: FieldKind, told = true) => Number(view.getBigUint64(skip(kind, 8, told), true));
  const text = (told = true) => void skip('text', u64('length', told), told);
  const spanOf = (walk: () => void): Span => {
    const from = at;
    walk();
    return { at: from, length: at - from };
  };
  const value = (type: number, told = true): void => {
    const width = widths.get(type);
    if (width !== undefined) skip('number', width, told);
    else if (type === valueTypes.string) text(told);
    else {
      const entry = u32('valueType');
      const count = u64('length');
      for (let i = 0; i < count; i++) value(entry, told && i < toldApart);
    }
  };

  u32('version');
  const tensorCount = u64('count');
  const keyCount = u64('count');
  const values: Span[] = [];
  const keys = Array.from({ length: keyCount }, () =>
    spanOf(() => {
      text();
      const type = u32('valueType');
      values.push(spanOf(() => value(type)));
    }),
  );
  const tensors = Array.from({ length: tensorCount }, () =>
    spanOf(() => {
      text();
      for (let left = u32('dimensions'); left > 0; left--) u64('size');
      u32('tensorType');
      u64('offset');
    }),
  );
  return { fields, keys, values, tensors, end: at };
}
