import type { MarkPieces, Layer } from '../../../src/extension/editor/marks/drawing';
import type { DrawnMarks } from '../../../src/extension/editor/marks/marks';
import { activated } from '../inspecting';

/** Longer than any drawing takes; only a test that fails waits so long. Milliseconds. */
const patience = 60_000;

/** Resolves with the first drawing, the present one included, that the condition holds for. */
export async function untilDrawn(
  condition: (drawn: readonly DrawnMarks[]) => boolean,
  what: string,
): Promise<readonly DrawnMarks[]> {
  const { marks } = await activated();
  return new Promise((resolve, reject) => {
    const check = () => {
      const drawn = marks.drawn();
      if (!condition(drawn)) return;
      clearTimeout(deadline);
      listening.dispose();
      resolve(drawn);
    };
    const deadline = setTimeout(() => {
      listening.dispose();
      reject(
        new Error(
          `Waited in vain until ${what}; drawn is ${JSON.stringify(marks.drawn().map(({ uri, drawing }) => [uri, [...drawing]]))}.`,
        ),
      );
    }, patience);
    const listening = marks.onDidDraw(check);
    check();
  });
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
