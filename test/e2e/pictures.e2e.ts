import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { editor } from './support/editors';
import { differenceBetween, quantised, type Box, type Difference } from '../page/support/imageFiles';
import { folders, pictures, type Picture } from './support/pictures';
import { Studio } from './support/studio';

const root = join(import.meta.dirname, '..', '..');
/** From the root of the repository. */
const fileOf = ({ folder, name }: Picture): string => `${folder}/${name}.png`;

/**
 * Pixels. The palette of a file changes up to six, another digit eleven or more. Around our own parts the editor draws
 * some of its own a little differently from machine to machine: up to 48 pixels of a window were seen.
 */
const toleranceFor = ({ shows }: Picture): number => ('panel' in shows ? 8 : 64);

describe('the pictures of the README and the guide', () => {
  // Elsewhere the system chooses the fonts, and draws them in its own way.
  describe.runIf(process.platform === 'linux')('show what is drawn now', () => {
    let studio: Studio;
    beforeAll(async () => {
      studio = await Studio.open();
      return () => studio.close();
    });
    beforeEach(({ task, onTestFailed }) => onTestFailed(() => studio.failed(task.name)));

    for (const picture of pictures) {
      it(picture.name, async () => {
        const take = await studio.prepare(picture);
        if (inject('drawsPictures')) await drawAnew(picture, take);
        else await expectTheSame(picture, take);
      });
    }
  });

  // Last, when those of new records are drawn.
  it('have a record each, and each record has a picture', async () => {
    const files = await Promise.all(
      folders.map(async (folder) => (await readdir(join(root, folder))).map((file) => `${folder}/${file}`)),
    );
    expect(files.flat().sort(), 'test/e2e/support/pictures.ts lists other pictures than there are').toEqual(
      pictures.map(fileOf).sort(),
    );
  });
});

/** Writes the picture. One that does not differ is left as it is, so that it makes no change in the repository. */
async function drawAnew(picture: Picture, take: () => Promise<Buffer>): Promise<void> {
  let [before, now] = [await take(), await take()];
  while (!before.equals(now)) [before, now] = [now, await take()];
  const file = join(root, fileOf(picture));
  const known = await readFile(file).catch(() => null);
  if (!known || !isSame(picture, await differenceBetween(known, now))) await writeFile(file, await quantised(now));
}

/** Takes the picture until it is the same as its file, or until two in a row are the same and differ from it. */
async function expectTheSame(picture: Picture, take: () => Promise<Buffer>): Promise<void> {
  const known = await readFile(join(root, fileOf(picture))).catch(() => null);
  if (!known) expect.fail(`${fileOf(picture)} is missing. \`npm run pictures\` draws it.`);
  let before: Buffer | undefined;
  for (;;) {
    const now = await take();
    const difference = await differenceBetween(known, now);
    if (isSame(picture, difference)) return;
    if (before?.equals(now)) {
      await keep(picture.name, now, difference);
      expect.fail(`${inWords(picture, difference)}. \`npm run pictures\` draws all pictures anew.`);
    }
    before = now;
  }
}

const isSame = (picture: Picture, difference: Difference): boolean =>
  difference.kind === 'pixels' && difference.pixels <= toleranceFor(picture);

/** For a person to look at. */
async function keep(name: string, drawn: Buffer, difference: Difference): Promise<void> {
  const output = join(editor().pictures, name);
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
