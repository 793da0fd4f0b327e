import { useEffect, useRef } from 'preact/hooks';
import { type Channels, channelsOf, watchTheme } from '../../picture/theme';
import { largestIn, mapColumns, strengthIn, type MapForm, type Sizes } from './map';

/** Steps of the colour. */
const steps = 64;

/** Colours from `none` to `full`. */
const ramp = (none: Channels, full: Channels): readonly string[] =>
  Array.from({ length: steps }, (_, step) => {
    const share = step / (steps - 1);
    const mixed = none.map((value, part) => Math.round(value + share * ((full[part] ?? value) - value)));
    return `rgb(${mixed.join(', ')})`;
  });

function paint(canvas: HTMLCanvasElement, form: MapForm, sizes: Sizes, domain: readonly [number, number]): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const colours = ramp(channelsOf(style.backgroundColor, [0, 0, 0]), channelsOf(style.color));
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

/** A canvas with the map. It is painted again when the theme changes. */
export function usePainting(form: MapForm, sizes: Sizes, domain: readonly [number, number]) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const repaint = (): void => {
      if (ref.current) paint(ref.current, form, sizes, domain);
    };
    repaint();
    return watchTheme(repaint);
  }, [form, sizes, domain]);
  return ref;
}
