import { expect, it } from 'vitest';
import { meant } from '../../../../src/extension/editor/lastEditor';

type Editor = NonNullable<Parameters<typeof meant>[0]>;

const editor = (document: object, isEmpty = true): Editor => ({ document, selection: { isEmpty } }) as Editor;
const [a, b] = [{}, {}];

it('means the active editor above all', () => {
  const [active, last] = [editor(a), editor(b, false)];
  expect(meant(active, last, [last, active])).toBe(active);
});

it('means the editor that was active last while it is in sight, whatever others have selected', () => {
  const last = editor(a);
  expect(meant(undefined, last, [editor(b, false), editor(a, false), last])).toBe(last);
});

it('means the new editor of the document that was active last', () => {
  const again = editor(a);
  expect(meant(undefined, editor(a), [editor(b, false), again])).toBe(again);
});

it('means one with a selection where the last one is out of sight or was never seen', () => {
  const selected = editor(b, false);
  expect(meant(undefined, editor(a), [editor({}), selected])).toBe(selected);
  expect(meant(undefined, undefined, [editor({}), selected])).toBe(selected);
});

it('means none where nothing is selected and none was active', () => {
  expect(meant(undefined, undefined, [editor(a)])).toBeUndefined();
  expect(meant(undefined, editor(b), [])).toBeUndefined();
});
