import { useEffect, useMemo } from 'preact/hooks';
import { rowStep } from '../parts/roving';

/** Where an item is drawn. */
export interface ChipBox {
  readonly left: number;
  readonly width: number;
  readonly top: number;
}

/**
 * The index that a key moves to in wrapped rows of items: left and right by one, up and down to the nearest item of the
 * next row. null for other keys.
 */
export function stepInRows(key: string, at: number, boxes: readonly ChipBox[]): number | null {
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return rowStep(key, at, boxes.length);
  const from = boxes[at];
  if (!from) return null;
  const direction = key === 'ArrowDown' ? 1 : -1;
  const centre = from.left + from.width / 2;
  let next = at;
  let row: number | null = null;
  let nearest = Infinity;
  for (let index = at + direction; index >= 0 && index < boxes.length; index += direction) {
    const box = boxes[index];
    if (!box || box.top === from.top) continue;
    row ??= box.top;
    if (box.top !== row) break;
    const away = Math.abs(box.left + box.width / 2 - centre);
    if (away < nearest) {
      nearest = away;
      next = index;
    }
  }
  return next;
}

const indexAt = (target: EventTarget | null): number | null => {
  const index =
    target instanceof Element ? target.closest('[data-token-index]')?.getAttribute('data-token-index') : null;
  return index === null || index === undefined ? null : Number(index);
};

/** Reports changes of the token under the mouse or, without one, under the focus; null at the end. */
export class Pointing {
  #mouse: number | null = null;
  #focus: number | null = null;
  #told: number | null = null;

  constructor(private readonly tell: (position: number | null) => void) {}

  mouse(position: number | null): void {
    this.#mouse = position;
    this.#say();
  }

  focus(position: number | null): void {
    this.#focus = position;
    this.#say();
  }

  end(): void {
    this.#mouse = null;
    this.focus(null);
  }

  #say(): void {
    const position = this.#mouse ?? this.#focus;
    if (position === this.#told) return;
    this.#told = position;
    this.tell(position);
  }
}

/** Props of the element that holds the chips. */
export function usePointing(tell: (position: number | null) => void) {
  const pointing = useMemo(() => new Pointing(tell), [tell]);
  useEffect(() => () => pointing.end(), [pointing]);
  return {
    onMouseOver: (event: MouseEvent) => pointing.mouse(indexAt(event.target)),
    onMouseLeave: () => pointing.mouse(null),
    onFocusIn: (event: FocusEvent) => pointing.focus(indexAt(event.target)),
    onFocusOut: (event: FocusEvent) => pointing.focus(indexAt(event.relatedTarget)),
  };
}
