import { describe, it } from 'vitest';
import { driven } from '../page/support/driven';
import { drawOrCompare } from '../page/support/pictureFiles';
import { pictures, type EditorPicture } from './support/pictures';
import { Studio } from './support/studio';

/** Around our own parts the editor draws some of its own a little differently from machine to machine. Pixels. */
const toleranceFor = ({ shows }: EditorPicture): number => ('panel' in shows ? 8 : 64);

// Elsewhere the system chooses the fonts, and draws them in its own way.
describe.runIf(process.platform === 'linux')('the pictures of the editor show what is drawn now', () => {
  let studio: Studio;
  driven(async () => (studio = await Studio.open()));

  for (const picture of pictures)
    it(picture.name, async () => drawOrCompare(picture, await studio.prepare(picture), toleranceFor(picture)));
});
