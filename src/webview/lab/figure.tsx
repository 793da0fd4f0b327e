import type { ComponentChildren } from 'preact';
import type { ResultTable } from '../../shared/labColumns';
import { useWidth } from '../parts/width';
import { Behind } from '../picture/behind';
import { ordered, tableData } from './data';
import type { ResultContext } from './page';

interface FigureProps {
  /** The second half of its id, after the experiment's name. */
  readonly part: string;
  readonly title: string;
  /** What the marks in the chart mean. */
  readonly caption?: string | undefined;
  readonly table: ResultTable;
  readonly context: ResultContext;
  readonly height: (width: number) => number;
  readonly children: (width: number) => ComponentChildren;
}

/** A chart under its title, above a table with its numbers. */
export function LabFigure({ part, title, caption, table, context, height, children }: FigureProps) {
  const { name, summary, act, chosen } = context;
  const { ref, width } = useWidth<HTMLDivElement>();
  const id = `lab-${name}-${part}`;
  return (
    <div class="lab-figure">
      <div data-picture={id}>
        <h3 id={`${id}-title`}>{title}</h3>
        <div class="figure" ref={ref}>
          {width > 0 && (
            <svg width={width} height={height(width)} role="img" aria-labelledby={`${id}-title ${id}-summary`}>
              <title>{title}</title>
              <desc id={`${id}-summary`}>{summary}</desc>
              {children(width)}
            </svg>
          )}
        </div>
      </div>
      {caption && <p class="note">{caption}</p>}
      <Behind
        name={id}
        title={title}
        caption={caption}
        table={() => ({ ...tableData(ordered(name, table)), name: 'lab-table', label: title, chosen })}
        of="lab"
        act={act}
      />
    </div>
  );
}
