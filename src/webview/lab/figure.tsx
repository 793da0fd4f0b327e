import type { ComponentChildren } from 'preact';
import type { ResultTable } from '../../shared/labColumns';
import { Behind } from '../picture/behind';
import { Chart, Figure } from '../picture/chart';
import { Rows, rowsHeight } from './charts/rows';
import { ordered, tableData } from './data';
import type { ResultContext } from './page';

interface LabFigureProps {
  /** The second half of its id, after the experiment's name. */
  readonly part: string;
  readonly title: string;
  /** What the marks in the chart mean. */
  readonly caption?: string | undefined;
  readonly table: ResultTable;
  readonly context: ResultContext;
  /** Pixels; absent for a child that is a chart of its own. */
  readonly height?: (width: number) => number;
  readonly children: (width: number) => ComponentChildren;
}

/** A chart under its title, above a table with its numbers. */
export function LabFigure({ part, title, caption, table, context, height, children }: LabFigureProps) {
  const { name, summary, chosen } = context;
  const id = `lab-${name}-${part}`;
  return (
    <div class="lab-figure">
      <div data-picture={id}>
        <h3>{title}</h3>
        <Figure>
          {(width) =>
            height ? (
              <Chart title={title} summary={summary} width={width} height={height(width)}>
                {children(width)}
              </Chart>
            ) : (
              children(width)
            )
          }
        </Figure>
      </div>
      {caption && <p class="note">{caption}</p>}
      <Behind
        name={id}
        title={title}
        caption={caption}
        table={() => ({ ...tableData(ordered(name, table)), name: 'lab-table', label: title, chosen })}
        of="lab"
      />
    </div>
  );
}

type LabRowsProps = Omit<LabFigureProps, 'height' | 'children'> & Omit<Parameters<typeof Rows>[0], 'width'>;

/** A chart of rows. */
export const LabRows = (props: LabRowsProps) => (
  <LabFigure {...props} height={(width) => rowsHeight(props, width)}>
    {(width) => <Rows {...props} width={width} />}
  </LabFigure>
);
