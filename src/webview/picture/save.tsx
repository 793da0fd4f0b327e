import * as l10n from '@vscode/l10n';
import { type DataRows, markdown, tabSeparated } from '../../shared/columns';
import type { Exportable, PanelState } from '../../shared/panel';
import { sectionTitle } from '../../shared/sectionTables';
import { type Actions, useAct } from '../actions';
import { Copy, type CopyProps, posted, pythonItems, Take, type Taken } from '../parts/copy';
import { plainColour } from './colour';
import { draw, Drawing, element } from './draw';

/** Pixels around the picture. */
const margin = 16;
const mostScale = 2;
/** Pixels that every browser's canvas allows. */
const mostPixels = 16_000_000;

/** Pixels from the picture to its caption, and from line to line. */
const captionGap = 12;
const captionLine = 15;

/** Draws a caption in the style of a note, in lines as wide as the picture. */
function drawCaption(caption: string, root: Element, drawing: Drawing): void {
  const { left, right, bottom } = drawing.bounds;
  const style = getComputedStyle(root.closest('section')?.querySelector('.note') ?? root);
  if (drawing.measure) drawing.measure.font = `${style.fontSize} ${style.fontFamily}`;
  const widthOf = (text: string): number => drawing.measure?.measureText(text).width ?? 6 * text.length;
  const lines = caption.split(' ').reduce<readonly string[]>((before, word) => {
    const longer = `${before.at(-1) ?? ''} ${word}`.trim();
    return before.length > 0 && widthOf(longer) <= right - left ? [...before.slice(0, -1), longer] : [...before, word];
  }, []);
  const colour = plainColour(style.color);
  lines.forEach((line, index) => {
    const y = bottom + captionGap + captionLine * (index + 1);
    const text = element('text', {
      x: left,
      y,
      fill: colour?.colour ?? 'currentColor',
      'font-family': style.fontFamily,
      'font-size': style.fontSize,
    });
    text.textContent = line;
    drawing.add(text, { left, right, top: y - captionLine, bottom: y + 4 });
  });
}

/** The content of `root` as an SVG document that looks the same without the page's style sheet. Sizes in CSS pixels. */
export function pictureOf(root: Element, title: string, caption = '') {
  const drawing = new Drawing();
  // Shows content that scrolls at its full height. The browser does not paint before the class is removed.
  root.classList.add('whole');
  try {
    draw(root, drawing);
  } finally {
    root.classList.remove('whole');
  }
  if (caption !== '') drawCaption(caption, root, drawing);
  const { left, top, right, bottom } = drawing.bounds;
  const width = Math.ceil(right - left) + 2 * margin;
  const height = Math.ceil(bottom - top) + 2 * margin;
  const svg = element('svg', {
    width,
    height,
    viewBox: `${(left - margin).toFixed(2)} ${(top - margin).toFixed(2)} ${width} ${height}`,
    role: 'img',
  });
  const name = element('title', {});
  name.textContent = title;
  const background = plainColour(getComputedStyle(document.body).backgroundColor);
  svg.append(
    name,
    element('rect', { x: left - margin, y: top - margin, width, height, fill: background?.colour ?? 'none' }),
    ...drawing.nodes,
  );
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}

/** The picture as PNG in base64, at twice its size unless it is very large. Rejects if it cannot be drawn. */
export async function png({ svg, width, height }: ReturnType<typeof pictureOf>): Promise<string> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(mostScale, Math.sqrt(mostPixels / (width * height)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser has no canvas to draw the picture on.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

interface SavePictureProps {
  /** As in `data-picture`. */
  readonly of: string;
  readonly title: string;
  /** Text below the picture. */
  readonly caption?: string | undefined;
}

export const SavePicture = ({ of, title, caption }: SavePictureProps) => (
  <Take
    class="save-picture"
    items={[pictureItem(of, useAct(), title, caption)]}
    text={l10n.t('Save picture…')}
    label={l10n.t('Save picture: {0}', title)}
  />
);

/** Sends the picture of the element with this `data-picture` to the extension, which asks where to save it. */
const pictureItem = (name: string, act: Actions, title: string, caption?: string): Taken => ({
  text: l10n.t('Save picture…'),
  async take() {
    const root = document.querySelector(`[data-picture="${name}"]`);
    try {
      if (!root) throw new Error(`There is no picture ${name}.`);
      const picture = pictureOf(root, title, caption);
      act.post({ type: 'savePicture', name, svg: picture.svg, png: await png(picture) });
      return null;
    } catch {
      return 'noPicture';
    }
  },
});

interface TakeAwayProps extends Pick<CopyProps, 'tables' | 'of'> {
  /** As in `data-picture`. */
  readonly picture: string;
  readonly title: string;
}

/** Copies the numbers of a picture, and saves the picture. */
export const TakeAway = ({ picture, title, ...copy }: TakeAwayProps) => (
  <>
    <Copy name={title} {...copy} />
    <SavePicture of={picture} title={title} />
  </>
);

interface CopyMenuProps {
  readonly what: Exportable;
  /** Header row first, numbers in full. */
  readonly rows: () => DataRows;
  /** Title of the picture in the element whose `data-picture` is `what`. */
  readonly title: string;
  readonly state: PanelState;
}

/** Copies, exports or saves the content of a section. The page makes the table, the extension all other forms. */
export function CopyMenu({ what, rows, title, state }: CopyMenuProps) {
  const act = useAct();
  const about = (): string => sectionTitle(what, state, l10n);
  const items = [
    posted(act, l10n.t('Copy table'), () => ({ type: 'copy', text: tabSeparated([rows()]), as: 'table' })),
    posted(act, l10n.t('Copy as Markdown'), () => ({
      type: 'copy',
      text: markdown([rows()], about()),
      as: 'markdown',
    })),
    posted(act, l10n.t('Copy as JSON'), () => ({ type: 'export', what, as: 'json' })),
    ...pythonItems(what, state, act),
    posted(act, l10n.t('Export…'), () => ({ type: 'export', what, as: 'file' }), null),
    pictureItem(what, act, title),
  ];
  return <Take items={items} label={l10n.t('Copy: {0}', title)} />;
}
