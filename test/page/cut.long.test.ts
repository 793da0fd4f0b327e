import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

const characters = 200_000;
const line = 'The lighthouse keeper counted the ships.\n';

describe('a selection far beyond the limit', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared()));

  it('says how much is left out', async () => {
    await tour.inspect(line.repeat(Math.ceil(characters / line.length)).slice(0, characters));
    expect(await tour.panel.locator('[data-notice="cut"]').textContent()).toMatch(
      /tokens left out: predictions cover the first 512\./,
    );
  });
});
