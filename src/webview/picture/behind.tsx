import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { DataRows } from '../../shared/columns';
import { copiedRows } from '../parts/columns';
import { Copy, type CopyProps } from '../parts/copy';
import { Fold } from '../parts/fold';
import { Table, type TableProps } from '../parts/table';
import { SavePicture } from './save';

interface BehindProps<R> extends Pick<CopyProps, 'of'> {
  /** The picture's, as in `data-picture`. */
  readonly name: string;
  /** Names the picture, its table and their copies. */
  readonly title: string;
  /** Below the picture where it is saved. */
  readonly caption?: string | undefined;
  readonly table: () => TableProps<R>;
  /** Draws more than the table. */
  readonly draw?: () => VNode;
  /** What is copied, if it is more than the table. */
  readonly copied?: () => readonly DataRows[];
  /** False if a sentence replaces the picture. */
  readonly isDrawn?: boolean;
}

/** The table behind a picture, drawn once it is opened. Beyond two hundred rows it scrolls in a box, by keys too. */
export function Behind<R>(props: BehindProps<R>) {
  const { name, title, caption, table, draw, isDrawn = true, of } = props;
  const summary = l10n.t('{0}: as a table', title);
  const { copied = () => [copiedRows(table())] } = props;
  return (
    <div class="behind">
      {isDrawn && <SavePicture of={name} title={title} caption={caption} />}
      <Fold name={`behind ${name}`} summary={summary}>
        {() => (
          <>
            <div class="above">
              <Copy name={title} tables={copied} of={of} />
            </div>
            <div class="behind-box" role="region" aria-label={summary} tabIndex={0}>
              {draw?.() ?? <Table {...table()} />}
            </div>
          </>
        )}
      </Fold>
    </div>
  );
}
