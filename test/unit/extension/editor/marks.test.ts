import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawing,
  type Layer,
  pieces,
  type Line,
  segments,
  visibleLines,
} from '../../../../src/extension/editor/marks/drawing';
import { levelOf, levels, underlines } from '../../../../src/shared/levels';
import { textOf, tokensOf } from '../../support/spans';

/** Each part is a number of tokens, and of the characters of which they share the last. */
const spans = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 9 }), sharing: fc.integer({ min: 0, max: 3 }) }), {
    maxLength: 30,
  })
  .map((parts) => {
    let at = 0;
    return parts.flatMap(({ length, sharing }) => {
      const [start, end] = [at, (at += length)];
      return [[start, end] as const, ...Array.from({ length: sharing }, () => [end - 1, end] as const)];
    });
  });

/** Lines of a text so long, each with an ending of one or two units. */
const linesOf = (lengths: readonly { length: number; ending: number }[]): Line[] => {
  let at = 0;
  return lengths.map(({ length, ending }, number) => {
    const [start, end] = [at, at + length];
    at = end + ending;
    return { number, start, end };
  });
};
const lines = fc
  .array(fc.record({ length: fc.nat(12), ending: fc.integer({ min: 1, max: 2 }) }), { minLength: 1, maxLength: 20 })
  .map(linesOf);

const covered = (ranges: readonly { start: number; end: number }[]) =>
  new Set(ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index)));

describe('levels', () => {
  it('are five equal parts of the scale, and none where nothing is known', () => {
    expect([0, 0.001, 0.2, 0.2001, 0.4, 0.6, 0.8, 0.8001, 1, 1.1].map(levelOf)).toEqual([0, 1, 1, 2, 2, 3, 4, 5, 5, 5]);
    expect([NaN, -1].map(levelOf)).toEqual([0, 0]);
  });

  it('differ without their colour', () => {
    expect(new Set(underlines.map((underline) => JSON.stringify(underline))).size).toBe(underlines.length);
    expect(underlines).toHaveLength(levels.length + 1);
  });
});

describe('segments', () => {
  it('have none for the token that the model adds before the text', () => {
    const tokens = tokensOf('0:0 0:3 3:7').map((token) => ({ ...token, special: token.index === 0 }));
    expect(
      segments({ tokens, contextCount: 0 }, [1, 0, 0]).map(({ start, end, level }) => [start, end, level]),
    ).toEqual([
      [0, 3, 0],
      [3, 7, 0],
    ]);
  });

  it('are in order, disjoint, and cover the characters of the tokens and no others', () => {
    fc.assert(
      fc.property(spans, fc.nat(5), (spans, context) => {
        const text = textOf(spans, { contextCount: Math.min(context, spans.length) });
        const found = segments(text, []);
        for (const [index, { start, end }] of found.entries()) {
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThanOrEqual(found[index - 1]?.end ?? 0);
        }
        expect(covered(found)).toEqual(covered(text.tokens.slice(text.contextCount)));
      }),
    );
  });

  it('begin where a token begins and end where one ends, none of them inside of a segment', () => {
    fc.assert(
      fc.property(spans, (spans) => {
        for (const { start, end } of segments(textOf(spans), [])) {
          const within = spans.filter(([from, to]) => from < end && to > start);
          expect([Math.min(...within.map(([from]) => from)), Math.max(...within.map(([, to]) => to))]).toEqual([
            start,
            end,
          ]);
        }
      }),
    );
  });

  it('have the strongest value of the tokens that share a character', () => {
    // A letter, an emoji in four tokens, and a word.
    const text = textOf('0:1 1:3 1:3 1:3 1:3 3:8');
    expect(segments(text, [0, 0.3, 0.9, 0.1, 0, 0.5])).toEqual([
      { start: 0, end: 1, level: 0 },
      { start: 1, end: 3, level: 5 },
      { start: 3, end: 8, level: 3 },
    ]);
  });

  it('join tokens that overlap only partly', () => {
    expect(segments(textOf('0:3 1:5 4:6 6:7'), [0.1, 0.5, 0.3, 1])).toEqual([
      { start: 0, end: 6, level: 3 },
      { start: 6, end: 7, level: 5 },
    ]);
  });

  it('leave the context out, and the tokens without an extent', () => {
    expect(segments(textOf('-4:-1 -1:2 2:2 2:3', { contextCount: 1 }), [1, 1, 1, 0])).toEqual([
      { start: -1, end: 2, level: 5 },
      { start: 2, end: 3, level: 0 },
    ]);
  });
});

describe('pieces', () => {
  it('cover what of the segments stands on the lines, without the ends of the lines', () => {
    fc.assert(
      fc.property(spans, lines, fc.nat(8), (spans, all, from) => {
        const found = segments(textOf(spans), []);
        const lines = all.slice(from);
        const drawn = pieces(found, lines).map(({ line, from, to }) => {
          const { start } = all[line] as Line;
          return { start: start + from, end: start + to };
        });
        const inSegments = covered(found);
        expect([...covered(drawn)]).toEqual([...covered(lines)].filter((at) => inSegments.has(at)));
      }),
    );
  });

  it('are none for an empty line, and none for the end of a line alone', () => {
    // "ab", an empty line, and "c", where one token is "\n\n" and another "\nc".
    const [ab, ends, c] = [
      { start: 0, end: 2, level: 0 },
      { start: 2, end: 3, level: 1 },
      { start: 3, end: 5, level: 2 },
    ] as const;
    expect(
      pieces(
        [ab, ends, c],
        linesOf([
          { length: 2, ending: 1 },
          { length: 0, ending: 1 },
          { length: 1, ending: 1 },
        ]),
      ),
    ).toEqual([
      { line: 0, from: 0, to: 2, segment: ab, begins: true },
      { line: 2, from: 0, to: 1, segment: c, begins: false },
    ]);
  });

  it('are none without lines', () => {
    expect(pieces([{ start: 0, end: 2, level: 0 }], [])).toEqual([]);
  });
});

describe('the lines that are drawn', () => {
  const everything = { first: 0, last: 19_999 };

  it('are those in sight with some around them, and the same ones after a short scroll', () => {
    const drawn = visibleLines([{ first: 1000, last: 1040 }], everything);
    expect([drawn[0], drawn.at(-1)]).toEqual([976, 1071]);
    expect(visibleLines([{ first: 1007, last: 1047 }], everything)).toEqual(drawn);
  });

  it('are each there once, in order and within bounds, whatever is in sight', () => {
    const ranges = fc
      .array(fc.record({ first: fc.nat(300), count: fc.nat(80) }), { maxLength: 4 })
      .map((ranges) =>
        ranges.map(({ first, count }) => ({ first, last: first + count })).toSorted((a, b) => a.first - b.first),
      );
    fc.assert(
      fc.property(ranges, fc.nat(200), fc.nat(200), (ranges, first, count) => {
        const bounds = { first, last: first + count };
        const drawn = visibleLines(ranges, bounds);
        expect(drawn).toEqual([...new Set(drawn)].toSorted((a, b) => a - b));
        const isDrawn = (line: number) => drawn.includes(line);
        for (let line = 0; line <= 500; line++) {
          const inside = line >= bounds.first && line <= bounds.last;
          if (!inside) expect(isDrawn(line)).toBe(false);
          else if (ranges.some(({ first, last }) => line >= first && line <= last)) expect(isDrawn(line)).toBe(true);
        }
      }),
    );
  });

  it('are none where nothing is in sight', () => {
    expect(visibleLines([], everything)).toEqual([]);
  });
});

describe('the drawing', () => {
  // "The cat", an emoji in two tokens, and a token that begins with the end of the line.
  const text = textOf('0:3 3:7 7:9 7:9 9:13');
  const lines = linesOf([
    { length: 9, ending: 1 },
    { length: 3, ending: 1 },
  ]);
  const drawn = (chosen: number | null, pointed: number | null = null, only = lines) =>
    drawing({ text, segments: segments(text, [0, 0.3, 0.1, 1, 0.7]), chosen, pointed }, only);
  const at = (layer: Layer, of = drawn(null)) => of.get(layer)?.map(({ line, from, to }) => [line, from, to]);

  it('begins every token, no two neighbours in one layer, and ends the last one', () => {
    expect([at('even'), at('odd')]).toEqual([
      [
        [0, 0, 3],
        [0, 7, 9],
      ],
      [[0, 3, 7]],
    ]);
    expect(at('end')).toEqual([[1, 0, 3]]);
    expect(at('end', drawn(null, null, lines.slice(0, 1)))).toEqual([]);
  });

  it('has one layer a level', () => {
    expect(levels.map((level) => at(`level${level}`))).toEqual([[], [[0, 3, 7]], [], [[1, 0, 3]], [[0, 7, 9]]]);
  });

  it('has layers of their own for the other side of zero, and the stronger side where tokens share a character', () => {
    const both = drawing(
      { text, segments: segments(text, [-0.3, 0.3, 0.1, -1, 0]), chosen: null, pointed: null },
      lines,
    );
    expect(levels.map((level) => at(`level${level}`, both))).toEqual([[], [[0, 3, 7]], [], [], []]);
    expect(levels.map((level) => at(`away${level}`, both))).toEqual([[], [[0, 0, 3]], [], [], [[0, 7, 9]]]);
  });

  it('marks the chosen token and the one that is pointed at', () => {
    const both = drawn(1, 2);
    expect([at('chosen', both), at('pointed', both)]).toEqual([[[0, 3, 7]], [[0, 7, 9]]]);
    expect([at('chosen'), at('pointed')]).toEqual([[], []]);
    expect(at('chosen', drawn(99))).toEqual([]);
  });
});
