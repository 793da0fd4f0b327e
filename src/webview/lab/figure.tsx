import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { Behind } from '../parts/behind';
import { useWidth } from '../parts/width';
import { SavePicture } from '../picture/save';
import { copiedTable, type DataTable, ordered } from './data';
import type { ResultContext } from './page';
import { LabTable } from './table';

interface FigureProps {
  /** The second half of its id, after the experiment's name. */
  readonly part: string;
  readonly title: string;
  /** What the marks in the chart mean. */
  readonly caption?: string | undefined;
  readonly table: DataTable;
  readonly context: ResultContext;
  readonly height: (width: number) => number;
  readonly children: (width: number) => ComponentChildren;
}

/** A chart under its title, above a table with its numbers. */
export function Figure({ part, title, caption, table, context, height, children }: FigureProps) {
  const { name, summary, act, chosen } = context;
  const { ref, width } = useWidth<HTMLDivElement>();
  const id = `lab-${name}-${part}`;
  const sorted = ordered(name, table);
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
        summary={l10n.t('These numbers as a table')}
        label={l10n.t('Copy as a table: {0}', title)}
        copied={l10n.t('Copied: {0}', title)}
        tables={() => [copiedTable(sorted)]}
        of="lab"
        act={act}
        picture={<SavePicture of={id} title={title} caption={caption ?? ''} act={act} />}
      >
        {() => <LabTable table={sorted} label={title} chosen={chosen} />}
      </Behind>
    </div>
  );
}
