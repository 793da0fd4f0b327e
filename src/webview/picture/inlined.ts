import { plainColour } from './colour';
import type { Rect } from './drawing';

/** What a style sheet may say of a shape or a text. Each is an attribute too, and holds for all inside. */
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

/** Sets a property as an attribute; a colour in the plain form. */
function set(shape: Element, property: string, value: string): void {
  if (property !== 'fill' && property !== 'stroke') return shape.setAttribute(property, value);
  const plain = plainColour(value);
  shape.setAttribute(property, plain?.colour ?? 'none');
  shape.setAttribute(`${property}-opacity`, String(plain?.opacity ?? 1));
}

/** A copy of a chart at its place on the page, with the styles that it has there as attributes. */
export function inlined(chart: SVGSVGElement, { left, top, right, bottom }: Rect): SVGElement {
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
    const around = original === chart || !original.parentElement ? null : getComputedStyle(original.parentElement);
    for (const property of inherited) {
      const value = style.getPropertyValue(property);
      if (value === around?.getPropertyValue(property)) made.removeAttribute(property);
      else set(made, property, value);
    }
    if (style.opacity !== '1') made.setAttribute('opacity', style.opacity);
  });
  for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top }))
    copy.setAttribute(name, String(value));
  copy.setAttribute('overflow', getComputedStyle(chart).overflowX === 'hidden' ? 'hidden' : 'visible');
  return copy;
}
