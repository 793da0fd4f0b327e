import type { Box } from './labels';

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
  #bounds: Box | null = null;

  get bounds(): Box {
    return this.#bounds ?? { left: 0, top: 0, right: 0, bottom: 0 };
  }

  add(node: SVGElement, { left, top, right, bottom }: Box): void {
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
