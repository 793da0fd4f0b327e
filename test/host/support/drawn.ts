import type { MarkPieces, Layer } from '../../../src/extension/editor/marks/drawing';
import type { DrawnMarks } from '../../../src/extension/editor/marks/marks';
import { activated, untilValue } from '../inspecting';

export async function untilDrawn(condition: (drawn: readonly DrawnMarks[]) => boolean, what: string) {
  const { marks } = await activated();
  return untilValue(
    marks.onDidDraw,
    () => marks.drawn(),
    condition,
    what,
    (all) => all.map(({ uri, drawing }) => [uri, [...drawing]]),
  );
}

/** [line, from, to] of the pieces of some layers, in order. */
export const at = (drawing: MarkPieces | undefined, ...layers: Layer[]) =>
  layers
    .flatMap((layer) => drawing?.get(layer) ?? [])
    .map(({ line, from, to }) => [line, from, to] as const)
    .toSorted(([a, x], [b, y]) => a - b || x - y);
export const tokensIn = (drawing: MarkPieces | undefined) => at(drawing, 'even', 'odd');

/** The first drawing in which as many tokens begin as the text has, none of which shares a character. */
export const drawnWith = (count: number) =>
  untilDrawn(([first]) => tokensIn(first?.drawing).length === count, `${count} tokens are marked`);
export const cleared = () => untilDrawn((drawn) => drawn.length === 0, 'nothing is marked');

export const text = 'The capital of France is';
/** Where the default model cuts it. */
export const words = [
  [0, 0, 3],
  [0, 3, 11],
  [0, 11, 14],
  [0, 14, 21],
  [0, 21, 24],
] as const;
/** The same with so many lines above, and columns before. */
export const moved = (lines: number, columns = 0) =>
  words.map(([line, from, to]) => [line + lines, from + columns, to + columns]);
