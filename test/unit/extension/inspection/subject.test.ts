import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutFromEnd,
  follow,
  keyOf,
  samePlace,
  sourceOf,
  type Edit,
  type Subject,
} from '../../../../src/extension/inspection/subject';
import { TrackedText } from '../../../../src/extension/inspection/trackedText';
import { initialOptions } from '../../support/manifest';

const subject: Subject = {
  uri: 'file:///a',
  version: 3,
  name: 'a',
  start: 5,
  end: 9,
  text: 'text',
  before: 'b',
  otherSelections: 2,
  wholeLine: false,
};

describe('an inspected range', () => {
  const at = (start: number, end: number, length: number): Edit => ({ start, end, length });

  it.each([
    ['an insertion before it', [at(2, 2, 3)], { start: 8, end: 12, touched: false, moved: true }],
    ['an insertion at its start', [at(5, 5, 3)], { start: 8, end: 12, touched: false, moved: true }],
    ['an insertion at its end', [at(9, 9, 3)], { start: 5, end: 9, touched: false, moved: false }],
    ['a deletion after it', [at(9, 20, 0)], { start: 5, end: 9, touched: false, moved: false }],
    ['an insertion inside', [at(6, 6, 2)], { start: 5, end: 11, touched: true, moved: false }],
    ['a deletion inside', [at(6, 8, 0)], { start: 5, end: 7, touched: true, moved: false }],
    ['a deletion over its start', [at(3, 6, 0)], { start: 3, end: 6, touched: true, moved: false }],
    ['a deletion over its end', [at(8, 12, 0)], { start: 5, end: 8, touched: true, moved: false }],
    ['a deletion of all of it', [at(0, 20, 0)], { start: 0, end: 0, touched: true, moved: false }],
    ['two edits at once', [at(6, 7, 3), at(0, 1, 0)], { start: 4, end: 10, touched: true, moved: true }],
  ])('follows %s', (_, edits, expected) => {
    expect(follow(subject, edits)).toEqual(expected);
  });

  it('holds the same text after edits that do not touch it', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 30 }),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        fc.string({ maxLength: 5 }),
        (text, a, b, c, d, inserted) => {
          const [start, end] = ordered(a, b, text.length);
          const [from, to] = ordered(c, d, text.length);
          const after = text.slice(0, from) + inserted + text.slice(to);
          const range = follow({ start, end }, [{ start: from, end: to, length: inserted.length }]);
          expect(range.start).toBeLessThanOrEqual(range.end);
          expect(range.end).toBeLessThanOrEqual(after.length);
          if (!range.touched) expect(after.slice(range.start, range.end)).toBe(text.slice(start, end));
        },
      ),
    );
  });
});

const ordered = (a: number, b: number, length: number): [number, number] => [
  Math.min(a % (length + 1), b % (length + 1)),
  Math.max(a % (length + 1), b % (length + 1)),
];

describe('a key', () => {
  const key = keyOf(subject, initialOptions, { path: 'm' }, 0);

  it('differs when anything differs that changes a number', () => {
    const others = [
      keyOf({ ...subject, uri: 'file:///b' }, initialOptions, { path: 'm' }, 0),
      keyOf({ ...subject, version: 4 }, initialOptions, { path: 'm' }, 0),
      keyOf({ ...subject, start: 4 }, initialOptions, { path: 'm' }, 0),
      keyOf({ ...subject, end: 10 }, initialOptions, { path: 'm' }, 0),
      keyOf(subject, { ...initialOptions, context: true }, { path: 'm' }, 0),
      keyOf(subject, { ...initialOptions, context: true, contextTokens: 7 }, { path: 'm' }, 0),
      keyOf(subject, { ...initialOptions, plain: true }, { path: 'm' }, 0),
      keyOf(subject, { ...initialOptions, limit: 7 }, { path: 'm' }, 0),
      keyOf(subject, initialOptions, { path: 'n' }, 0),
      keyOf(subject, initialOptions, { path: 'm' }, 1),
    ];
    expect(new Set([key, ...others]).size).toBe(others.length + 1);
  });

  it('is equal where nothing differs that changes a number', () => {
    expect(
      keyOf(
        { ...subject, name: 'z', otherSelections: 0 },
        { ...initialOptions, centred: true, contextTokens: 9 },
        { path: 'm' },
        0,
      ),
    ).toBe(key);
  });
});

it('compares places', () => {
  expect(samePlace(subject, { uri: 'file:///a', start: 5, end: 9 })).toBe(true);
  expect(samePlace(subject, { uri: 'file:///a', start: 5, end: 8 })).toBe(false);
  expect(samePlace(null, subject)).toBe(false);
});

it('counts characters, each as one however long its code is', () => {
  expect(sourceOf({ ...subject, text: '😀b\udc00' }).characters).toBe(3);
  expect(sourceOf({ ...subject, text: '' }).characters).toBe(0);
  // A tooltip shows all of it.
  const long = 'A sentence of four words. '.repeat(10);
  expect(sourceOf({ ...subject, text: long }).excerpt).toBe(long);
});

describe('a cut', () => {
  it('never splits a character', () => {
    expect(sourceOf({ ...subject, text: `${'a'.repeat(399)}😀b` }).excerpt).toBe('a'.repeat(399));
    expect(sourceOf({ ...subject, text: `${'a'.repeat(398)}😀b` }).excerpt).toBe(`${'a'.repeat(398)}😀`);
    expect(cutFromEnd('a😀b', 2)).toBe('b');
    expect(cutFromEnd('a😀b', 3)).toBe('😀b');
    expect(cutFromEnd('ab', 5)).toBe('ab');
    expect(cutFromEnd('ab', 0)).toBe('');
  });

  it('keeps a lone surrogate', () => {
    expect(cutFromEnd('a\udc00', 1)).toBe('\udc00');
  });
});

describe('a long text that is typed in', () => {
  it('is compared by its end at each key, and read whole only where that reads as it did', () => {
    const text = Array.from({ length: 20_000 }, (_, line) => `Line ${line} of the log.\n`).join('');
    let document = `before ${text}after`;
    let read = 0;
    const textOf = (start: number, end: number) => {
      read += end - start;
      return document.slice(start, end);
    };
    const tracked = new TrackedText({ ...subject, start: 7, end: 7 + text.length, text, before: 'before ' });
    const put = (at: number, removed: number, inserted: string) => {
      document = document.slice(0, at) + inserted + document.slice(at + removed);
      tracked.edited([{ start: at, end: at + removed, length: inserted.length }], textOf);
    };
    for (let key = 0; key < 100; key++) put(1000 + key, 0, 'x');
    expect(tracked.changed).toBe(true);
    expect(read).toBeLessThan(100 * 200);
    put(1000, 100, '');
    expect(tracked.changed).toBe(false);
    expect(read).toBeGreaterThan(text.length);
  });
});
