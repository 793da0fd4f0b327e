import { plainColour } from './colour';
import { type Drawing, element } from './drawing';
import type { Box } from './labels';

interface Line extends Box {
  readonly text: string;
}

/** The lines of a text node as the page breaks them, each cut with `…` at the clip. */
function linesOf(node: Text, clip: Box | null): readonly Line[] {
  const range = document.createRange();
  const lines: Line[] = [];
  let at = 0;
  for (const character of node.data) {
    range.setStart(node, at);
    at += character.length;
    range.setEnd(node, at);
    const { left, top, right, bottom, width } = range.getBoundingClientRect();
    if (width === 0) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.top - top) < 1) lines[lines.length - 1] = { ...last, text: last.text + character, right };
    else lines.push({ text: character, left, top, right, bottom });
  }
  return lines.flatMap((line) => withoutEnd(withoutStart(line, clip), clip));
}

/** A line without the characters left of the clip. */
function withoutStart(line: Line, clip: Box | null): Line {
  if (!clip || line.left >= clip.left - 1) return line;
  const characters = [...line.text];
  const each = (line.right - line.left) / characters.length;
  const before = Math.min(Math.ceil((clip.left - line.left) / each), characters.length);
  return { ...line, text: characters.slice(before).join(''), left: line.left + before * each };
}

function withoutEnd(line: Line, clip: Box | null): readonly Line[] {
  if (!clip || line.right <= clip.right + 1) return [line];
  const characters = [...line.text];
  const each = (line.right - line.left) / characters.length;
  const room = Math.floor((clip.right - line.left) / each) - 1;
  return room <= 0 ? [] : [{ ...line, text: `${characters.slice(0, room).join('')}…`, right: clip.right }];
}

/** Pixels from the upper edge of a line of text to its baseline. */
function ascent(measure: CanvasRenderingContext2D | null, font: string, height: number): number {
  if (!measure) return height * 0.8;
  measure.font = font;
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = measure.measureText('x');
  return (height - fontBoundingBoxAscent - fontBoundingBoxDescent) / 2 + fontBoundingBoxAscent;
}

/** Draws the text of one node in the style of its element. */
export function drawText(node: Text, style: CSSStyleDeclaration, drawing: Drawing, clip: Box | null): void {
  const colour = plainColour(style.color);
  if (!colour || node.data.trim() === '') return;
  const holder = node.parentElement;
  const opacity = holder ? opacityOf(holder) : 1;
  const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  for (const line of linesOf(node, clip).filter(({ text }) => text !== '')) {
    const text = element('text', {
      x: line.left,
      y: line.top + ascent(drawing.measure, font, line.bottom - line.top),
      fill: colour.colour,
      'fill-opacity': colour.opacity * opacity,
      'font-family': style.fontFamily,
      'font-size': style.fontSize,
      'font-weight': style.fontWeight,
      'font-style': style.fontStyle,
    });
    text.setAttributeNS('http://www.w3.org/XML/1998/namespace', 'xml:space', 'preserve');
    text.textContent = line.text;
    drawing.add(text, line);
  }
}

/** Opacity of an element together with its ancestors: 0 … 1. */
const opacityOf = (holder: Element): number =>
  Number(getComputedStyle(holder).opacity) * (holder.parentElement ? opacityOf(holder.parentElement) : 1);
