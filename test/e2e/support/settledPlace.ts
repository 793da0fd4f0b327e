import type { Page } from 'playwright-core';

/**
 * The middle of a text in the editor, CSS pixels, once it no longer changes from one drawing to the next: a window that
 * was just resized wraps its lines anew, which moves the text up or down.
 */
export async function settledPlace(
  page: Page,
  line: string,
  text: string,
): Promise<{ readonly x: number; readonly y: number }> {
  const measure = () =>
    page
      .locator('.view-line')
      .filter({ hasText: line })
      .first()
      .evaluate(async (element, wanted) => {
        for (let drawn = 0; drawn < 3; drawn++) await new Promise(requestAnimationFrame);
        // A line is drawn in several pieces, and with no-break spaces.
        const walker = element.ownerDocument.createTreeWalker(element, 4);
        let before = '';
        const pieces: { readonly node: Node; readonly start: number }[] = [];
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          pieces.push({ node, start: before.length });
          before += node.textContent;
        }
        const at = before.replaceAll('\u00a0', ' ').indexOf(wanted) + Math.floor(wanted.length / 2);
        const piece = pieces.findLast(({ start }) => start <= at);
        if (!piece) return null;
        const range = element.ownerDocument.createRange();
        range.setStart(piece.node, at - piece.start);
        range.setEnd(piece.node, at - piece.start + 1);
        const { x, y, width, height } = range.getBoundingClientRect();
        // The editor may have replaced the line meanwhile.
        return width > 0 ? { x: x + width / 2, y: y + height / 2 } : null;
      }, text);
  let [before, now] = [await measure(), await measure()];
  while (!now || before?.x !== now.x || before.y !== now.y) [before, now] = [now, await measure()];
  return now;
}
