import { expect } from 'vitest';
import { type Room, rooms, sectionsOf } from '../../../src/shared/rooms';
import { copyOf } from './copies';
import type { PanelPage } from './panelPage';
import type { PartOfPanel } from './partOfPanel';
import type { Picture } from './pictureFiles';
import type { Theme } from './themes';

/** The text of every picture. */
export const text = 'The capital of France is';

/** A picture of the panel, drawn on the page without an editor. */
export interface PanelPicture extends Picture {
  readonly theme: Theme;
  readonly shows: PartOfPanel;
  /** The name of a model's file in the fixtures; the one of the site where nothing is said. */
  readonly model?: string;
  /** What a person does after the text was inspected. It ends when everything in the picture is drawn. */
  readonly prepare: (tour: PanelPage) => Promise<void>;
}

/** A picture of the guide: one part of a section, in a panel of this width. */
const partOf = (
  section: string,
  only: string,
  panel: number,
  rest: Pick<PanelPicture, 'name' | 'prepare'>,
): PanelPicture => ({
  folder: 'docs/pictures',
  theme: 'Dark Modern',
  shows: { panel, to: section, only },
  ...rest,
});

/** A picture of a room: all of it, at this width. */
const pictureOf = (room: Room, panel: number): PanelPicture => ({
  folder: 'media/pictures',
  name: `room-${room}-${panel}`,
  theme: 'Dark Modern',
  // All that is unfolded in the room of the layers is higher than a page.
  shows: { panel, to: room === 'layers' ? 'attention' : (sectionsOf[room].at(-1) ?? '') },
  async prepare(tour) {
    await choose(tour, '·is');
    await tour.open(sectionsOf[room][0]);
    if (room === 'layers') await numbersOfLayers(tour);
  },
});

/** Rooms that few texts open: vectors, two texts and models have their own pictures, documents and files an editor. */
const unopened: readonly Room[] = ['file', 'vector', 'texts', 'both', 'document'];

/** In this order, so that the token changes seldom. */
export const pictures: readonly PanelPicture[] = [
  ...rooms.filter((room) => !unopened.includes(room)).map((room) => pictureOf(room, 1000)),
  pictureOf('point', 420),
  partOf('next-token', '.lengths', 700, {
    name: 'lengths',
    async prepare(tour) {
      await choose(tour, '·is');
      await tour.open('next-token');
    },
  }),
  partOf('journey', '[data-picture="journey"]', 1000, {
    name: 'journey',
    async prepare(tour) {
      await choose(tour, '·is');
      await numbersOfLayers(tour);
    },
  }),
  partOf('journey', '[data-picture="lens"]', 1000, {
    name: 'lens',
    async prepare(tour) {
      await choose(tour, '·is');
      await (await tour.open('journey')).locator('.lens-row[data-layer="30"] [data-position="4"] bdi').waitFor();
    },
  }),
  partOf('position', '[data-picture="position"]', 1000, {
    name: 'position',
    async prepare(tour) {
      await choose(tour, '·is');
      await tour.open('position');
    },
  }),
  partOf('attention', '.attention-columns', 1000, {
    name: 'attention',
    async prepare(tour) {
      await choose(tour, '·is');
      const attention = await tour.open('attention');
      await attention.scrollIntoViewIfNeeded();
      await attention.locator('[data-layer="23"] .head-cell').nth(4).click();
      await attention.locator('.open-head [data-fact="head"]').waitFor();
      await attention.locator('.why-there').waitFor();
    },
  }),
  partOf('token', '[data-picture="sizes"]', 560, { name: 'sizes', prepare: (tour) => choose(tour, '·of') }),
  partOf('neighbours', '[data-picture="neighbours"]', 1000, {
    name: 'neighbours',
    prepare: (tour) => find(tour, ' Paris'),
  }),
  ...(['distance', 'cosine', 'dot product'] as const).map((metric) =>
    partOf('vectorscope', '[data-picture="vectorscope"]', 700, {
      name: `scope-${metric.replace('dot product', 'dot')}`,
      async prepare(tour) {
        await nameOf(tour, '·Paris').waitFor();
        await turnScope(tour, 'token', '·Paris', metric);
      },
    }),
  ),
  partOf('vectorscope', '[data-picture="vectorscope"]', 700, {
    name: 'scope-h',
    async prepare(tour) {
      await choose(tour, '·is');
      await turnScope(tour, 'residual, h', 'h, position 5', 'dot product');
    },
  }),
  // What these two leave behind is in no picture after them.
  {
    ...pictureOf('vector', 1000),
    shows: { panel: 1000, to: 'vector-scope' },
    async prepare(tour) {
      await choose(tour, '·is');
      await tour.panel.locator('#find-token').first().click();
      await tour.page.keyboard.type('king - man + woman');
      await tour.panel.getByRole('option', { name: /as a vector/ }).click();
      const scope = await tour.open('vector-scope');
      await scope.scrollIntoViewIfNeeded();
      await scope.locator('.scope-axis text', { hasText: 'woman' }).first().waitFor();
      await tour.panel.locator('.term-list').waitFor();
    },
  },
  {
    ...pictureOf('texts', 1000),
    async prepare(tour) {
      await choose(tour, '·is');
      const texts = await tour.open('texts');
      await texts.getByRole('button', { name: /^Try/ }).click();
      const patch = await tour.open('patch');
      await patch.getByRole('button', { name: 'Fill the grid' }).click();
      await patch.locator('.patch-cell[data-value*="."]').first().waitFor();
      await patch.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
      await tour.panel.locator('.term-list').waitFor();
    },
  },
  // The next picture's model ends the comparison.
  {
    folder: 'media/pictures',
    name: 'both-dark-1000',
    theme: 'Dark Modern',
    shows: { panel: 1000, to: 'both-text' },
    async prepare(tour) {
      await choose(tour, '·is');
      await tour.compareWith(copyOf('Q4_0'));
      // What arrives above moves it out of sight again, and it is computed once it is seen.
      const matrix = await tour.open('both-matrix');
      await expect
        .poll(async () => {
          await matrix.scrollIntoViewIfNeeded();
          return matrix.locator('[data-fact="shared"]').count();
        })
        .toBe(1);
      await tour.panel.locator('.term-list').waitFor();
    },
  },
  {
    folder: 'media/pictures',
    name: 'untied-dark',
    theme: 'Dark Modern',
    model: 'llama-untied',
    shows: { panel: 1000, from: 'token', to: 'neighbours' },
    async prepare(tour) {
      await choose(tour, '·is');
      await tour.section('neighbours').getByRole('radio', { name: 'across' }).click();
      await tour.section('neighbours').locator('.finding', { hasText: 'with output rows' }).waitFor();
    },
  },
];

/** Has the panel show a token of the text, in its room. */
async function choose(tour: PanelPage, token: string): Promise<void> {
  await (await tour.open('tokens')).locator('[data-token-index]').filter({ hasText: token }).first().click();
  await tour.open('token');
  await nameOf(tour, token).waitFor();
  await numbersAreThere(tour);
}

/** Has the panel show a token of the vocabulary. */
async function find(tour: PanelPage, token: string): Promise<void> {
  await tour.panel.locator('#find-token').first().click();
  await tour.page.keyboard.type(token);
  await tour.panel
    .getByRole('option')
    .filter({ hasText: new RegExp(`^${token.replace(' ', '·')}`) })
    .first()
    .click();
  await nameOf(tour, token.trim()).waitFor();
  await numbersAreThere(tour);
}

/** Puts a vector upright in the vectorscope, and has a metric drawn. */
async function turnScope(tour: PanelPage, axis: string, name: string, metric: string): Promise<void> {
  const scope = tour.section('vectorscope');
  // A wider panel draws all metrics and has no switch.
  await tour.fitPanel(700, 'vectorscope');
  await scope.locator('.scope-tools').getByRole('radio', { name: axis, exact: true }).click();
  await scope.locator('.scope-axis text', { hasText: name }).waitFor();
  await scope.locator('.section-controls').getByRole('radio', { name: metric, exact: true }).click();
  await scope.locator('.family.shown').waitFor();
}

const nameOf = (tour: PanelPage, token: string) => tour.section('token').locator('dd.name', { hasText: token }).first();

/** Waits for the slowest parts: the lists, and the terms that are underlined last. */
async function numbersAreThere(tour: PanelPage): Promise<void> {
  await tour.section('neighbours').locator('[data-metric="dot"] [data-rank="10"]').waitFor();
  await tour.panel.locator('.term-list').waitFor();
}

/** Waits for the pictures of the layers, which are computed once they are in sight. */
async function numbersOfLayers(tour: PanelPage): Promise<void> {
  const journey = await tour.open('journey');
  await journey.locator('[data-fact="total"]', { hasText: '17.37' }).waitFor();
}
