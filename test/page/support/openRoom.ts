import { expect } from 'vitest';
import { type Room, sectionsOf } from '../../../src/shared/rooms';
import type { PanelPage } from './panelPage';

/** Opens a room with all that is folded in it, and waits for its numbers. */
export async function openRoom(tour: PanelPage, room: Room): Promise<void> {
  // Mixtures alone have experts.
  for (const name of sectionsOf[room].filter((one) => one !== 'experts')) {
    const section = await tour.open(name);
    // What is out of sight is not computed.
    await section.scrollIntoViewIfNeeded();
    await expect
      .poll(() =>
        section.locator('.pending').evaluateAll((all) => {
          all[0]?.scrollIntoView({ block: 'center' });
          return all.length;
        }),
      )
      .toBe(0);
  }
  const folds = await tour.panel
    .locator('.fold:not(.behind > *)')
    .evaluateAll((all) => all.map((fold) => fold.getAttribute('data-fold') ?? ''));
  for (const fold of folds) await tour.unfold(fold);
}
