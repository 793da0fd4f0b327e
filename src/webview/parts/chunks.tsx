import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { memoised } from './memo';

/** Rows of a long table that are drawn together: few, since a frame has little time for those that come into sight. */
const chunkRows = 8;
/** Pixels above and below the window within which rows are drawn. */
const margin = 300;
/** Pixels of a row before one is measured. */
const usualRow = 22;

interface ChunksProps {
  readonly rows: number;
  readonly columns: number;
  /** A row that is drawn out of sight too, since it holds the tab stop. */
  readonly kept: number | null;
  readonly draw: (from: number, to: number) => ComponentChildren;
}

/**
 * The rows of a long table, of which only those near the window are drawn. Where others belong stands one empty row. It
 * is as high as they were when they were last drawn, or would be if they were like the first rows.
 */
export function Chunks({ rows, columns, kept, draw }: ChunksProps) {
  const chunks = Math.ceil(rows / chunkRows);
  const [[first, last], setNear] = useState<readonly [first: number, last: number]>([0, 0]);
  const top = useRef<HTMLTableSectionElement>(null);
  /** Pixels of each chunk that was drawn. Another number of rows is another list. */
  const heights = useRef({ rows, known: new Map<number, number>() });
  if (heights.current.rows !== rows) heights.current = { rows, known: new Map() };
  const heightOf = (chunk: number): number => {
    const { known } = heights.current;
    const usual = known.get(0) ?? Math.min(rows, chunkRows) * usualRow;
    return known.get(chunk) ?? usual * (Math.min(rows - chunk * chunkRows, chunkRows) / Math.min(rows, chunkRows));
  };
  const look = (): void => {
    if (!top.current) return;
    let at = top.current.getBoundingClientRect().top;
    let [from, to] = [chunks, -1];
    for (let chunk = 0; chunk < chunks; chunk++) {
      const end = at + heightOf(chunk);
      if (end > -margin && at < window.innerHeight + margin) [from, to] = [Math.min(from, chunk), chunk];
      at = end;
    }
    if (from !== first || to !== last) setNear([from, to]);
  };
  const latest = useRef(look);
  latest.current = look;
  useLayoutEffect(() => {
    for (const body of top.current?.parentElement?.querySelectorAll<HTMLElement>('[data-chunk]') ?? [])
      heights.current.known.set(Number(body.dataset['chunk']), body.offsetHeight);
    look();
  });
  useEffect(() => {
    const again = (): void => latest.current();
    // What is above the table may grow, which scrolls nothing.
    const observer = new ResizeObserver(again);
    observer.observe(document.body);
    window.addEventListener('scroll', again, { passive: true });
    window.addEventListener('resize', again);
    return () => {
      observer.disconnect();
      window.removeEventListener('scroll', again);
      window.removeEventListener('resize', again);
    };
  }, []);
  const isDrawn = (chunk: number): boolean =>
    chunk === 0 || (chunk >= first && chunk <= last) || (kept !== null && chunk === Math.floor(kept / chunkRows));
  const parts: ComponentChildren[] = [];
  for (let chunk = 0; chunk < chunks; chunk++) {
    const from = chunk * chunkRows;
    if (isDrawn(chunk)) {
      const to = Math.min(from + chunkRows, rows);
      parts.push(<Chunk key={chunk} body={chunk === 0 ? top : null} index={chunk} from={from} to={to} draw={draw} />);
      continue;
    }
    let height = 0;
    for (; chunk < chunks && !isDrawn(chunk); chunk++) height += heightOf(chunk);
    chunk--;
    parts.push(
      <tbody key={`before ${chunk === chunks - 1 ? 'the end' : chunk + 1}`} aria-hidden="true">
        <tr>
          <td colSpan={columns} style={{ height: `${height}px` }} />
        </tr>
      </tbody>,
    );
  }
  return <>{parts}</>;
}

interface ChunkProps extends Pick<ChunksProps, 'draw'> {
  readonly body: RefObject<HTMLTableSectionElement | null> | null;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** Is drawn again with the table, but not when others come into sight. */
const Chunk = memoised(({ body, index, from, to, draw }: ChunkProps) => (
  <tbody ref={body} data-chunk={index}>
    {draw(from, to)}
  </tbody>
));
