import type { Exportable, Intent } from '../../shared/panel';
import { savePicture } from '../picture/save';
import type { Actions } from '../section';
import { useDone } from './copy';
import { Menu } from './menu';
import { tabSeparated } from './table';

interface CopyMenuProps {
  readonly what: Exportable;
  /** The table as it is drawn, header row first, numbers in full. */
  readonly rows: () => readonly (readonly (string | number)[])[];
  /** What the picture shows; it is what `data-picture` of the same name holds. */
  readonly title: string;
  readonly act: Actions;
}

/** Takes a section's numbers or its picture elsewhere. The table is made here, of what is drawn; the other forms by the host, of all that was inspected. */
export function CopyMenu({ what, rows, title, act }: CopyMenuProps) {
  const { done, say, until, live } = useDone();
  const copied = (intent: Intent): void => {
    act.post(intent);
    say('Copied');
  };
  const items = [
    { text: 'Copy table', onChoose: () => copied({ type: 'copy', text: tabSeparated(rows()) }) },
    { text: 'Copy as Markdown table', onChoose: () => copied({ type: 'export', what, as: 'markdown' }) },
    { text: 'Copy as JSON', onChoose: () => copied({ type: 'export', what, as: 'json' }) },
    { text: 'Export…', onChoose: () => act.post({ type: 'export', what, as: 'file' }) },
    { text: 'Save picture…', onChoose: () => void savePicture(what, title, act).catch(() => say('The picture could not be made')) },
  ];
  return (
    <span class="copy" {...until}>
      <Menu text={done ?? 'Copy'} label={`${done ?? 'Copy'} the ${what}`} items={items} />
      {live}
    </span>
  );
}
