import { beforeEach, expect, it, vi } from 'vitest';
import { draftOf, dropDraft, keepDraft } from '../../../src/page/draft';

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  vi.stubGlobal('location', { hash: '#text=old' });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  return () => vi.unstubAllGlobals();
});

it('is there again at the same address, until it is dropped', () => {
  keepDraft('a new text');
  expect(draftOf('#text=old')).toBe('a new text');
  expect(draftOf('#text=other')).toBeNull();
  dropDraft('#text=other');
  expect(draftOf('#text=old')).toBe('a new text');
  dropDraft('#text=old');
  expect(draftOf('#text=old')).toBeNull();
});

it.each(['null', '1', '{}', '{"text":1,"hash":"#text=old"}', 'no JSON'])(
  'is none where the browser holds %s',
  (held) => {
    kept.set('vectorscope.draft', held);
    expect(draftOf('#text=old')).toBeNull();
  },
);

it('is none in a browser that keeps nothing', () => {
  vi.stubGlobal('sessionStorage', undefined);
  keepDraft('a new text');
  dropDraft('#text=old');
  expect(draftOf('#text=old')).toBeNull();
});
