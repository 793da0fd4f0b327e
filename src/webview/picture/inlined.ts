import { plainColour } from './colour';
import type { Rect } from './drawing';

/** What a style sheet may say of a shape or a text; each is an attribute too. */
const properties = ['stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'opacity', 'font-family', 'font-size', 'font-weight', 'font-style', 'text-anchor', 'paint-order'];
const paints = ['fill', 'stroke'];

/** A copy of a chart at its place on the page, with the styles that it has there as attributes. */
export function inlined(chart: SVGSVGElement, { left, top, right, bottom }: Rect): SVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = [chart, ...chart.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  originals.forEach((original, index) => {
    const made = copies[index];
    if (!made) return;
    for (const name of made.getAttributeNames()) if (/^(class|id|role|aria-.*|data-.*)$/.test(name)) made.removeAttribute(name);
    if (original.matches('title, desc')) return;
    const style = getComputedStyle(original);
    for (const paint of paints) {
      const plain = plainColour(style.getPropertyValue(paint));
      made.setAttribute(paint, plain?.colour ?? 'none');
      if (plain && plain.opacity < 1) made.setAttribute(`${paint}-opacity`, String(plain.opacity));
    }
    for (const property of properties) made.setAttribute(property, style.getPropertyValue(property));
  });
  for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) copy.setAttribute(name, String(value));
  copy.setAttribute('overflow', 'visible');
  return copy;
}
