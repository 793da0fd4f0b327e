import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useInSight } from './sight';

/** Rows of a long table that are drawn together. */
export const chunkRows = 25;

interface ChunkProps {
  readonly rows: number;
  readonly columns: number;
  /** Whether it is drawn out of sight too: it holds the first rows, or the tab stop. */
  readonly isKept: boolean;
  readonly children: () => ComponentChildren;
}

/**
 * Some rows of a long table, which are drawn while they are near the window. Elsewhere one empty row is as high as they
 * are, by the height that they had when they were last drawn.
 */
export function Chunk({ rows, columns, isKept, children }: ChunkProps) {
  const [isNear, setNear] = useState(false);
  /** Pixels of a row. */
  const height = useRef<number | null>(null);
  const body = useInSight<HTMLTableSectionElement>((near) => {
    if (!near && isNear && body.current) height.current = body.current.offsetHeight / rows;
    setNear(near);
  }, 'page');
  if (isNear || isKept) return <tbody ref={body}>{children()}</tbody>;
  const whole = height.current === null ? `calc(${rows} * var(--row))` : `${rows * height.current}px`;
  return (
    <tbody ref={body} aria-hidden="true">
      <tr>
        <td colSpan={columns} style={{ height: whole }} />
      </tr>
    </tbody>
  );
}
