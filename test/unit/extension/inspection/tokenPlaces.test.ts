import fc from 'fast-check';
import { expect, it } from 'vitest';
import { follow, type Edit } from '../../../../src/extension/inspection/subject';
import { TokenPlaces } from '../../../../src/extension/inspection/tokenPlaces';

/** Tokens of these lengths, one after the other. */
function tokensOf(lengths: readonly number[]) {
  const ends = Uint32Array.from(lengths);
  for (let i = 1; i < ends.length; i++) ends[i] = (ends[i] as number) + (ends[i - 1] as number);
  return { starts: Uint32Array.from([0, ...ends].slice(0, -1)), ends };
}

it('a token moves as its range does, and one that was edited is gone', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 });
  const edits = fc.array(fc.record({ at: fc.nat(60), gone: fc.nat(6), length: fc.nat(6) }), { maxLength: 5 });
  fc.assert(
    fc.property(lengths, edits, (lengths, edits) => {
      const tokens = tokensOf(lengths);
      const places = new TokenPlaces(tokens);
      let expected: { start: number; end: number; touched: boolean }[] = lengths.map((_, i) => ({
        start: tokens.starts[i] as number,
        end: tokens.ends[i] as number,
        touched: false,
      }));
      for (const { at, gone, length } of edits) {
        if (gone + length === 0) continue;
        const edit: Edit = { start: at, end: at + gone, length };
        places.edited([edit]);
        expected = expected.map((range) => ({ ...follow(range, [edit]), ...(range.touched && { touched: true }) }));
      }
      expected.forEach(({ start, end, touched }, i) => {
        const now = places.now({ start: tokens.starts[i] as number, end: tokens.ends[i] as number });
        expect(now).toEqual(touched ? null : { start, end });
      });
      for (const list of [places.starts, places.ends]) expect([...list]).toEqual([...list].sort((a, b) => a - b));
    }),
  );
});

it('several edits at once count from before any of them', () => {
  const places = new TokenPlaces(tokensOf([2, 2, 2, 2]));
  places.edited([
    { start: 0, end: 0, length: 3 },
    { start: 4, end: 6, length: 0 },
  ]);
  expect([...places.starts]).toEqual([3, 5, 7, 7]);
  expect([...places.ends]).toEqual([5, 7, 7, 9]);
  expect(places.now({ start: 4, end: 6 })).toBeNull();
  expect(places.now({ start: 0, end: 4 })).toEqual({ start: 3, end: 7 });
});

it('several edits at once move tokens as they do from the last to the first', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 });
  const edits = fc.array(fc.record({ between: fc.nat(9), gone: fc.nat(6), length: fc.nat(6) }), { maxLength: 6 });
  fc.assert(
    fc.property(lengths, edits, edits, (lengths, ...rounds) => {
      const [atOnce, inTurn] = [new TokenPlaces(tokensOf(lengths)), new TokenPlaces(tokensOf(lengths))];
      for (const round of rounds) {
        let at = 0;
        const list = round.map(({ between, gone, length }): Edit => {
          const start = at + between;
          at = start + gone + 1;
          return { start, end: start + gone, length };
        });
        atOnce.edited(list);
        for (const edit of list.toReversed()) inTurn.edited([edit]);
      }
      expect([[...atOnce.starts], [...atOnce.ends]]).toEqual([[...inTurn.starts], [...inTurn.ends]]);
    }),
  );
});
