import { useEffect, useMemo } from 'preact/hooks';

const indexAt = (target: EventTarget | null): number | null => {
  const index =
    target instanceof Element ? target.closest('[data-token-index]')?.getAttribute('data-token-index') : null;
  return index === null || index === undefined ? null : Number(index);
};

/** Tells which token the mouse is on, or else the focus; only when that changes, and null at the end. */
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

/** Spread on what holds the chips. */
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
