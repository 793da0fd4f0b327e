import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnSelections } from '../../../../src/extension/editor/cursor/ownSelections';
import { tokenAt } from '../../../../src/extension/editor/cursor/tokenAt';
import { textOf } from '../../support/spans';

describe('the token at the cursor', () => {
  // "The", " cat", an emoji in three tokens, " sat".
  const text = textOf('0:3 3:7 7:9 7:9 7:9 9:13');
  const at = (offset: number, preferred: number | null = null, of = text) => tokenAt(of, offset, preferred);

  it('is the one that begins there, or that goes on there', () => {
    expect([0, 2, 3, 6, 9, 12].map((offset) => at(offset))).toEqual([0, 0, 1, 1, 5, 5]);
  });

  it('is the last one at the end of the whole text, and none beyond', () => {
    expect([13, 14, -1].map((offset) => at(offset))).toEqual([5, null, null]);
  });

  it('is none at the end of the tokens that are drawn where more follow', () => {
    const cut = textOf('0:3 3:7', { notDrawn: 10 });
    expect([6, 7, 8].map((offset) => at(offset, null, cut))).toEqual([1, null, null]);
  });

  it('is never the one that the model adds before the text, though that was chosen', () => {
    const after = textOf('0:0 0:3 3:7');
    expect([0, 2, 7].map((offset) => at(offset, 0, after))).toEqual([1, 1, 2]);
  });

  it('is the first of those that share a character, unless another of them is chosen', () => {
    expect([null, 1, 2, 3, 4, 5].map((preferred) => at(7, preferred))).toEqual([2, 2, 2, 3, 4, 2]);
  });

  it('is the last of those that share the last character, unless another of them is chosen', () => {
    const shared = textOf('0:3 3:5 3:5');
    expect([null, 0, 1].map((preferred) => at(5, preferred, shared))).toEqual([2, 2, 1]);
  });

  it('is never one of the context', () => {
    const context = textOf('-5:-2 -2:1 1:4', { contextCount: 1 });
    expect([-3, 0, 1, 4].map((offset) => at(offset, 0, context))).toEqual([null, 1, 2, 2]);
  });

  it('is none in a text without tokens', () => {
    expect(at(0, null, textOf([]))).toBeNull();
  });

  it('covers the offset, wherever it is', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(lengths, fc.nat(), fc.option(fc.nat(80)), (lengths, anywhere, preferred) => {
        let end = 0;
        const text = textOf(lengths.map((length) => [end, (end += length)] as const));
        const offset = anywhere % end;
        const found = text.tokens[tokenAt(text, offset, preferred) ?? -1];
        expect(found && found.start <= offset && offset < found.end).toBe(true);
      }),
    );
  });
});

describe('selections of our own', () => {
  const selection = (name: string) => ({ name, isEqual: (other: { name: string }) => other.name === name });
  const [a, b, c] = ['a', 'b', 'c'].map(selection) as [
    ReturnType<typeof selection>,
    ReturnType<typeof selection>,
    ReturnType<typeof selection>,
  ];
  const document = {};

  it('are known however often the editor reports them, until another comes', () => {
    const own = new OwnSelections<object, typeof a>();
    own.add(document, a);
    expect([own.has(document, a), own.has(document, a), own.has(document, b), own.has(document, a)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('are known when several were set before the first is reported, and when some are left out', () => {
    const own = new OwnSelections<object, typeof a>();
    for (const each of [a, b, c]) own.add(document, each);
    expect([own.has(document, a), own.has(document, c), own.has(document, b)]).toEqual([true, true, false]);
  });

  it('are known when the editor first reports where its cursor was before', () => {
    const own = new OwnSelections<object, typeof a>();
    own.add(document, a);
    expect([own.awaits(document), own.has(document, b), own.has(document, a), own.awaits(document)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('are not waited for where the editor has them already, nor after the user has made one', () => {
    const own = new OwnSelections<object, typeof a>();
    own.add(document, a, a);
    expect(own.awaits(document)).toBe(false);
    own.add(document, b, a);
    own.forget(document);
    expect([own.awaits(document), own.has(document, b)]).toEqual([false, false]);
  });

  it('are those of one document', () => {
    const own = new OwnSelections<object, typeof a>();
    own.add(document, a);
    expect(own.has({}, a)).toBe(false);
  });
});
