import { useEffect, useRef, useState } from 'preact/hooks';
import { plainColour } from '../../picture/colour';
import { largestIn, mapColumns, strengthIn, type MapForm, type Sizes } from './map';

/** Steps of the colour. */
const steps = 64;

type Colour = readonly [red: number, green: number, blue: number];

const read = (colour: string, other: Colour): Colour => {
  const [red, green, blue] = plainColour(colour)?.colour.match(/\d+/g)?.map(Number) ?? other;
  return [red ?? other[0], green ?? other[1], blue ?? other[2]];
};

/** Colours from `none` to `full`. */
const ramp = (none: Colour, full: Colour): readonly string[] =>
  Array.from({ length: steps }, (_, step) => {
    const share = step / (steps - 1);
    const mixed = none.map((value, part) => Math.round(value + share * ((full[part] ?? value) - value)));
    return `rgb(${mixed.join(', ')})`;
  });

function paint(canvas: HTMLCanvasElement, form: MapForm, sizes: Sizes, domain: readonly [number, number]): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const colours = ramp(read(style.backgroundColor, [0, 0, 0]), read(style.color, [128, 128, 128]));
  const strength = strengthIn(domain);
  const columns = mapColumns(form);
  // One pixel of the canvas is one of the page: edges stay sharp, and a saved picture has the same cells.
  canvas.width = form.width;
  canvas.height = form.layers * form.rowHeight;
  sizes.forEach((row, layer) => {
    for (const column of columns) {
      const size = row[largestIn(row, column)] ?? 0;
      context.fillStyle = colours[Math.round(strength(size) * (steps - 1))] ?? '';
      context.fillRect(column.left, layer * form.rowHeight, column.right - column.left, form.rowHeight);
    }
  });
}

/** A canvas with the map, which is painted again when the theme changes. */
export function usePainting(form: MapForm, sizes: Sizes, domain: readonly [number, number]) {
  const ref = useRef<HTMLCanvasElement>(null);
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const themes = new MutationObserver(() => setTheme((before) => before + 1));
    themes.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] });
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    return () => themes.disconnect();
  }, []);
  useEffect(() => {
    if (ref.current) paint(ref.current, form, sizes, domain);
  }, [form, sizes, domain, theme]);
  return ref;
}
