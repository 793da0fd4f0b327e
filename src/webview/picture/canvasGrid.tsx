import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { raw } from '../../shared/format';
import { watchTheme } from './colour';

/** Pixels from the upper left corner. */
interface CellBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const inPixels = (box: CellBox) =>
  Object.fromEntries(Object.entries(box).map(([key, value]) => [key, `${value}px`]));

interface CanvasGridProps<C> {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Another function paints anew, as another theme does; keys then begin at `start` again. */
  readonly paint: (canvas: HTMLCanvasElement) => void;
  readonly labelledBy: string;
  readonly describedBy: string;
  readonly start: C;
  /** The cell that a key leads to; `null` for other keys. */
  readonly step: (key: string, at: C) => C | null;
  /** The cell at a point, in pixels; `null` outside. */
  readonly under: (x: number, y: number) => C | null;
  readonly box: (cell: C) => CellBox;
  readonly label: (cell: C) => string;
  readonly value: (cell: C) => number | undefined;
  readonly onPoint: (cell: C | null) => void;
  readonly onChoose?: (cell: C) => void;
  readonly isChosen?: (cell: C) => boolean;
  readonly children?: ComponentChildren;
}

/** A grid with too many cells for elements of their own: a canvas, and one button, the cell that keys move. */
export function CanvasGrid<C>(props: CanvasGridProps<C>) {
  const { width, height, paint, labelledBy, describedBy, start, step, under, box, label, value, children } = props;
  const { onPoint, onChoose, isChosen } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const hasMoved = useRef(false);
  const [moved, setMoved] = useState<C | null>(null);
  useEffect(() => {
    setMoved(null);
    const repaint = (): void => {
      if (canvas.current) paint(canvas.current);
    };
    repaint();
    return watchTheme(repaint);
  }, [paint]);
  useLayoutEffect(() => {
    if (hasMoved.current) button.current?.focus({ preventScroll: true });
    hasMoved.current = false;
  }, [moved]);
  const at = moved ?? start;
  const cellOf = ({ clientX, clientY, currentTarget }: MouseEvent): C | null => {
    if (!(currentTarget instanceof Element)) return null;
    const { left, top } = currentTarget.getBoundingClientRect();
    return under(clientX - left, clientY - top);
  };
  const choose = (cell: C | null): void => {
    if (!cell || !onChoose) return;
    setMoved(cell);
    onChoose(cell);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = event.altKey || event.ctrlKey || event.metaKey ? null : step(event.key, at);
    if (!next) return;
    event.preventDefault();
    hasMoved.current = true;
    setMoved(next);
  };
  const size = { width: `${width}px`, height: `${height}px` };
  return (
    <div class="canvas-grid" style={size}>
      <canvas
        ref={canvas}
        role="img"
        aria-labelledby={labelledBy}
        aria-describedby={describedBy}
        style={size}
        onMouseMove={(event) => onPoint(cellOf(event))}
        onMouseLeave={() => onPoint(null)}
        onClick={(event) => choose(cellOf(event))}
      />
      {children}
      <button
        type="button"
        // Another cell is another button, so that a screen reader reads its name.
        key={JSON.stringify(at)}
        ref={button}
        class="canvas-cell"
        aria-label={label(at)}
        aria-pressed={isChosen?.(at)}
        data-value={raw(value(at))}
        style={inPixels(box(at))}
        onKeyDown={onKeyDown}
        onFocus={() => onPoint(at)}
        onBlur={() => onPoint(null)}
        onClick={() => choose(at)}
      />
    </div>
  );
}
