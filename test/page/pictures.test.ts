import { describe, inject, it } from 'vitest';
import { sampled } from '../unit/support/sample';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';
import { areaOf, fit } from './support/partOfPanel';
import { drawOrCompare } from './support/pictureFiles';
import { pictures, text } from './support/pictures';

/** A room, and a foreign model. */
const few = pictures.filter(({ name }) => /^(room-point-420|untied-dark)$/.test(name));

// Elsewhere the system chooses the fonts, and draws them in its own way.
describe.runIf(process.platform === 'linux')('the pictures of the panel show what is drawn now', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared({ text })));

  for (const picture of inject('drawsPictures') ? pictures : sampled(few, pictures)) {
    it(picture.name, async () => {
      const { theme, shows, model, prepare } = picture;
      // What the pictures before left in the head of the panel would move all lines by parts of a pixel.
      if (model !== undefined) tour = await PanelPage.shared({ text });
      await tour.setTheme(theme);
      if (model !== undefined) await tour.useFixture(model);
      await prepare(tour);
      await fit(tour, shows);
      await tour.page.mouse.move(1, 1);
      await drawOrCompare(picture, async () => tour.page.screenshot({ clip: await areaOf(tour, shows) }));
    });
  }
});
