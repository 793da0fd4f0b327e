import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { differenceBetween, quantised, type Box, type Difference } from './imageFiles';

const root = join(import.meta.dirname, '..', '..', '..');

/** Folders of pictures. What lies in `media` itself is the README's alone, which shows it from its repository. */
export const folders = ['media', 'media/pictures', 'docs/pictures'] as const;

/** A picture in a document: `npm run pictures` draws it, and a test compares it with what is drawn now. */
export interface Picture {
  readonly folder: (typeof folders)[number];
  /** Its name in the folder, without `.webp`. */
  readonly name: string;
}

/** From the root of the repository. */
export const fileOf = ({ folder, name }: Picture): string => `${folder}/${name}.webp`;

/**
 * Draws the picture anew if `npm run pictures` asks for it, else compares it with its file. It may differ by so many
 * pixels: the palette of a file changes up to six, another digit eleven or more.
 */
export const drawOrCompare = (picture: Picture, take: () => Promise<Buffer>, tolerance = 8): Promise<void> =>
  inject('drawsPictures') ? drawAnew(picture, take, tolerance) : expectTheSame(picture, take, tolerance);

/** Writes the picture. One that does not differ is left as it is, so that it makes no change in the repository. */
async function drawAnew(picture: Picture, take: () => Promise<Buffer>, tolerance: number): Promise<void> {
  let [before, now] = [await take(), await take()];
  while (!before.equals(now)) [before, now] = [now, await take()];
  const file = join(root, fileOf(picture));
  const known = await readFile(file).catch(() => null);
  if (!known || !isSame(await differenceBetween(known, now), tolerance)) await writeFile(file, await quantised(now));
}

/** Takes the picture until it is the same as its file, or until two in a row are the same and differ from it. */
async function expectTheSame(picture: Picture, take: () => Promise<Buffer>, tolerance: number): Promise<void> {
  const known = await readFile(join(root, fileOf(picture))).catch(() => null);
  if (!known) expect.fail(`${fileOf(picture)} is missing. \`npm run pictures\` draws it.`);
  let before: Buffer | undefined;
  for (;;) {
    const now = await take();
    const difference = await differenceBetween(known, now);
    if (isSame(difference, tolerance)) return;
    if (before?.equals(now)) {
      await keep(picture.name, now, difference);
      expect.fail(`${inWords(picture, difference)}. \`npm run pictures\` draws all pictures anew.`);
    }
    before = now;
  }
}

const isSame = (difference: Difference, tolerance: number): boolean =>
  difference.kind === 'pixels' && difference.pixels <= tolerance;

/** For a person to look at. */
async function keep(name: string, drawn: Buffer, difference: Difference): Promise<void> {
  const output = join(inject('output'), name);
  await writeFile(`${output}.png`, drawn);
  if (difference.kind === 'pixels') await writeFile(`${output}-difference.png`, difference.marked);
}

function inWords(picture: Picture, difference: Difference): string {
  const { name } = picture;
  const [file, drawn] = [fileOf(picture), `test/output/${name}.png`];
  return difference.kind === 'size'
    ? `${file} is ${difference.was} pixels large, but what is drawn now is ${difference.is} (${drawn})`
    : `${file} differs in ${difference.pixels} pixels ${where(difference.boxes)} from what is drawn now ` +
        `(${drawn}, marked in ${name}-difference.png)`;
}

const where = (boxes: readonly Box[]): string =>
  `(${boxes.map(([left, top, right, bottom]) => `x ${left}–${right}, y ${top}–${bottom}`).join('; ')})`;
