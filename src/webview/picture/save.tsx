import * as l10n from '@vscode/l10n';
import { useDone } from '../parts/copy';
import type { Actions } from '../section';
import { pictureOf, png } from './document';

/**
 * Hands the picture of what `data-picture` names to the host, which asks where and in which form. Rejects where it
 * cannot be drawn.
 */
export async function savePicture(name: string, title: string, act: Actions, caption = ''): Promise<void> {
  const root = document.querySelector(`[data-picture="${name}"]`);
  if (!root) throw new Error(`There is no picture ${name}.`);
  const picture = pictureOf(root, title, caption);
  act.post({ type: 'savePicture', name, svg: picture.svg, png: await png(picture) });
}

interface SavePictureProps {
  /** As in `data-picture`. */
  readonly of: string;
  readonly title: string;
  /** What has to be said with the picture. */
  readonly caption?: string;
  readonly act: Actions;
}

export function SavePicture({ of, title, caption, act }: SavePictureProps) {
  const { said, say, until, live } = useDone();
  const save = (): void => void savePicture(of, title, act, caption).catch(() => say('noPicture'));
  return (
    <span class="save-picture" {...until}>
      <button type="button" class="quiet-action" aria-label={l10n.t('Save picture: {0}', title)} onClick={save}>
        {said ?? l10n.t('Save picture…')}
      </button>
      {live}
    </span>
  );
}
