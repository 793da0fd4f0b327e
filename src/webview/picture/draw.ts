import { type PlainColour, plainColour } from './colour';
import type { NameBox } from './name';

interface Line extends NameBox {
  readonly text: string;
}

/** The lines of a text node as the page breaks them, each cut with `…` at the clip. */
function linesOf(node: Text, clip: NameBox | null): readonly Line[] {
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
function withoutStart(line: Line, clip: NameBox | null): Line {
  if (!clip || line.left >= clip.left - 1) return line;
  const characters = [...line.text];
  const each = (line.right - line.left) / characters.length;
  const before = Math.min(Math.ceil((clip.left - line.left) / each), characters.length);
  return { ...line, text: characters.slice(before).join(''), left: line.left + before * each };
}

function withoutEnd(line: Line, clip: NameBox | null): readonly Line[] {
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
function drawText(node: Text, style: CSSStyleDeclaration, drawing: Drawing, clip: NameBox | null): void {
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

type Attributes = Readonly<Record<string, string | number>>;

const namespace = 'http://www.w3.org/2000/svg';

export function element(name: string, attributes: Attributes): SVGElement {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes))
    made.setAttribute(key, typeof value === 'number' ? String(Math.round(value * 100) / 100) : value);
  return made;
}

/** The nodes drawn so far, and their bounds. */
export class Drawing {
  readonly nodes: SVGElement[] = [];
  /** Measures text. */
  readonly measure = document.createElement('canvas').getContext('2d');
  #bounds: NameBox | null = null;

  get bounds(): NameBox {
    return this.#bounds ?? { left: 0, top: 0, right: 0, bottom: 0 };
  }

  add(node: SVGElement, { left, top, right, bottom }: NameBox): void {
    this.nodes.push(node);
    const before = this.#bounds ?? { left, top, right, bottom };
    this.#bounds = {
      left: Math.min(before.left, left),
      top: Math.min(before.top, top),
      right: Math.max(before.right, right),
      bottom: Math.max(before.bottom, bottom),
    };
  }
}

/** Whether the picture includes the element. It leaves out controls and text for screen readers. */
const isSeen = (root: Element, style: CSSStyleDeclaration): boolean =>
  style.display !== 'none' && style.visibility !== 'hidden' && !root.matches('.hidden, input, .toggles, summary');

const isOutside = (box: NameBox, clip: NameBox): boolean =>
  box.left >= clip.right || box.right <= clip.left || box.top >= clip.bottom || box.bottom <= clip.top;

/** The part of a box inside the clip. */
const within = (box: NameBox, clip: NameBox | null): NameBox =>
  clip
    ? {
        left: Math.max(box.left, clip.left),
        top: Math.max(box.top, clip.top),
        right: Math.min(box.right, clip.right),
        bottom: Math.min(box.bottom, clip.bottom),
      }
    : box;

/**
 * Draws an element and its descendants in the order in which the page paints them. `clip` is the visible part of the
 * nearest element that hides overflow or has `data-cut`: its picture is the part that is scrolled to.
 */
export function draw(root: Element, drawing: Drawing, clip: NameBox | null = null): void {
  const style = getComputedStyle(root);
  if (!isSeen(root, style)) return;
  const box = root.getBoundingClientRect();
  // What is positioned in an empty box lies elsewhere.
  const isEmpty = box.width === 0 || box.height === 0;
  if (clip && !isEmpty && isOutside(box, clip)) return;
  if (root instanceof SVGSVGElement) {
    if (box.width > 0) drawing.add(inlined(root, box), box);
    return;
  }
  if (root instanceof HTMLCanvasElement) {
    const image = element('image', {
      x: box.left,
      y: box.top,
      width: box.width,
      height: box.height,
      href: root.toDataURL('image/png'),
      preserveAspectRatio: 'none',
      'image-rendering': 'pixelated',
    });
    drawing.add(image, box);
    return;
  }
  drawBox(box, style, drawing, clip);
  const inner = style.overflowX === 'hidden' || root.hasAttribute('data-cut') ? within(box, clip) : clip;
  for (const child of root.childNodes) {
    if (child instanceof Element) draw(child, drawing, inner);
    else if (child instanceof Text) drawText(child, style, drawing, inner);
  }
}

const sides = ['top', 'right', 'bottom', 'left'] as const;

/** One side of a box as a line, `inset` pixels inside. */
function sideLine(side: (typeof sides)[number], { left, top, right, bottom }: NameBox, inset: number) {
  const at = { top: top + inset, right: right - inset, bottom: bottom - inset, left: left + inset }[side];
  return side === 'top' || side === 'bottom'
    ? { x1: left, x2: right, y1: at, y2: at }
    : { x1: at, x2: at, y1: top, y2: bottom };
}

/** A border style as SVG dashes. */
const dashes = (style: string, width: number): Readonly<Record<string, string>> =>
  style === 'dotted'
    ? { 'stroke-dasharray': `${width} ${width}` }
    : style === 'dashed'
      ? { 'stroke-dasharray': `${3 * width} ${2 * width}` }
      : {};

const strokeOf = ({ colour, opacity }: PlainColour) => ({ stroke: colour, 'stroke-opacity': opacity });

/** Draws the background, an inset shadow of one pixel as a ring, the outline, and the borders. */
function drawBox(
  box: NameBox & { readonly width: number; readonly height: number },
  style: CSSStyleDeclaration,
  drawing: Drawing,
  clip: NameBox | null,
): void {
  const { left, top, width, height } = box;
  if (width <= 0 || height <= 0) return;
  const rx = Number.parseFloat(style.borderTopLeftRadius) || 0;
  const fill = plainColour(style.backgroundColor);
  const seen = within(box, clip);
  if (fill)
    drawing.add(
      element('rect', {
        x: seen.left,
        y: seen.top,
        width: seen.right - seen.left,
        height: seen.bottom - seen.top,
        rx,
        fill: fill.colour,
        'fill-opacity': fill.opacity,
      }),
      seen,
    );
  const ring = {
    x: left + 0.5,
    y: top + 0.5,
    width: Math.max(width - 1, 0),
    height: Math.max(height - 1, 0),
    rx,
    fill: 'none',
  };
  const shadow = / 0px 0px 0px 1px inset$/.test(style.boxShadow)
    ? plainColour(style.boxShadow.replace(/ 0px 0px 0px 1px inset$/, ''))
    : null;
  if (shadow) drawing.add(element('rect', { ...ring, ...strokeOf(shadow) }), box);
  const outline =
    style.outlineStyle === 'none' || style.outlineStyle === 'auto' ? null : plainColour(style.outlineColor);
  if (outline) drawing.add(element('rect', { ...ring, ...strokeOf(outline), ...dashes(style.outlineStyle, 1) }), box);
  for (const side of sides) {
    const line = style.getPropertyValue(`border-${side}-style`);
    const thickness = Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
    const colour =
      line === 'none' || thickness === 0 ? null : plainColour(style.getPropertyValue(`border-${side}-color`));
    if (!colour) continue;
    const strokes = line === 'double' ? [thickness / 6, (thickness * 5) / 6] : [thickness / 2];
    const stroke = {
      ...strokeOf(colour),
      'stroke-width': line === 'double' ? thickness / 3 : thickness,
      ...dashes(line, thickness),
    };
    for (const inset of strokes) drawing.add(element('line', { ...sideLine(side, box, inset), ...stroke }), box);
  }
}

/** The styles of shapes and text. Each is also an SVG attribute that children inherit. */
const inherited = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'text-anchor',
  'paint-order',
];

/** Sets a style as an attribute, a colour in its plain form. */
function set(shape: Element, property: string, value: string): void {
  if (property !== 'fill' && property !== 'stroke') return shape.setAttribute(property, value);
  const plain = plainColour(value);
  shape.setAttribute(property, plain?.colour ?? 'none');
  shape.setAttribute(`${property}-opacity`, String(plain?.opacity ?? 1));
}

/** A copy of a chart at its place on the page, with its computed styles as attributes. */
function inlined(chart: SVGSVGElement, { left, top, right, bottom }: NameBox): SVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = [chart, ...chart.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  originals.forEach((original, index) => {
    const made = copies[index];
    if (!made) return;
    for (const name of made.getAttributeNames())
      if (/^(class|id|role|aria-.*|data-.*)$/.test(name)) made.removeAttribute(name);
    if (original.matches('title, desc')) return;
    const style = getComputedStyle(original);
    const outer = original === chart || !original.parentElement ? null : getComputedStyle(original.parentElement);
    for (const property of inherited) {
      const value = style.getPropertyValue(property);
      if (value === outer?.getPropertyValue(property)) made.removeAttribute(property);
      else set(made, property, value);
    }
    if (style.opacity !== '1') made.setAttribute('opacity', style.opacity);
  });
  for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top }))
    copy.setAttribute(name, String(value));
  copy.setAttribute('overflow', getComputedStyle(chart).overflowX === 'hidden' ? 'hidden' : 'visible');
  return copy;
}
