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

interface MovingCellProps<C> {
  readonly at: C;
  /** The cell that a key leads to; `null` for other keys. */
  readonly step: (key: string, at: C) => C | null;
  readonly box: (cell: C) => CellBox;
  readonly label: (cell: C) => string;
  readonly value: (cell: C) => number | null | undefined;
  readonly onMove: (cell: C) => void;
  readonly onPoint: (cell: C | null) => void;
  readonly onChoose?: ((cell: C) => void) | undefined;
  readonly isChosen?: ((cell: C) => boolean) | undefined;
}

/** The one button of a picture with too many cells for elements of their own: the cell that keys move. */
export function MovingCell<C>(props: MovingCellProps<C>) {
  const { at, step, box, label, value, onMove, onPoint, onChoose, isChosen } = props;
  const button = useRef<HTMLButtonElement>(null);
  const hasMoved = useRef(false);
  const key = JSON.stringify(at);
  useLayoutEffect(() => {
    if (hasMoved.current) button.current?.focus({ preventScroll: true });
    hasMoved.current = false;
  }, [key]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = event.altKey || event.ctrlKey || event.metaKey ? null : step(event.key, at);
    if (next === null) return;
    event.preventDefault();
    hasMoved.current = true;
    onMove(next);
  };
  return (
    <button
      type="button"
      // Another cell is another button, so that a screen reader reads its name.
      key={key}
      ref={button}
      class="canvas-cell"
      aria-label={label(at)}
      aria-pressed={isChosen?.(at)}
      data-value={raw(value(at))}
      style={inPixels(box(at))}
      onKeyDown={onKeyDown}
      onFocus={() => onPoint(at)}
      onBlur={() => onPoint(null)}
      onClick={() => onChoose?.(at)}
    />
  );
}

interface CanvasGridProps<C> extends Omit<MovingCellProps<C>, 'at' | 'onMove'> {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Another function paints anew, as another theme does; keys then begin at `start` again. */
  readonly paint: (canvas: HTMLCanvasElement) => void;
  readonly labelledBy: string;
  readonly describedBy: string;
  readonly start: C;
  /** The cell at a point, in pixels; `null` outside. */
  readonly under: (x: number, y: number) => C | null;
  readonly children?: ComponentChildren;
}

/** A grid with too many cells for elements of their own: a canvas, and the cell that keys move. */
export function CanvasGrid<C>(props: CanvasGridProps<C>) {
  const { width, height, paint, labelledBy, describedBy, start, under, children, onPoint, onChoose } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [moved, setMoved] = useState<C | null>(null);
  useEffect(() => {
    setMoved(null);
    const repaint = (): void => {
      if (canvas.current) paint(canvas.current);
    };
    repaint();
    return watchTheme(repaint);
  }, [paint]);
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
      <MovingCell {...props} at={moved ?? start} onMove={setMoved} onChoose={choose} />
    </div>
  );
}
