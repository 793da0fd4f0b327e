import type { PanelDriver } from './panelDriver';

/** A part of the panel in a picture. */
export interface PartOfPanel {
  /** Its width, CSS pixels. */
  readonly panel: number;
  /** The section at whose top the picture begins; the top of the panel where nothing is said. */
  readonly from?: string;
  /** The section at whose end the picture ends. */
  readonly to: string;
  /** Selects the only part of that section that is drawn. */
  readonly only?: string;
}

/** Gives the panel its width, and the window the height of the picture, and waits until every part of it is there. */
export async function fit(driver: PanelDriver, { panel, to }: PartOfPanel): Promise<void> {
  // A room is where it was left, and the picture begins at its top.
  await driver.panel.locator('html').evaluate((html) => html.scrollTo(0, 0));
  await driver.fitPanel(panel, to);
  const pending = driver.panel.locator(`section:not(section[data-section="${to}"] ~ *) .pending`);
  await pending.first().waitFor({ state: 'detached' });
  await driver.fitPanel(panel, to);
}

/** CSS pixels around a part of a section. What stands below it must not show. */
const margin = { x: 16, y: 2 };

/** From the top of a section, or of the panel, to the end of another section; or a part of that. CSS pixels. */
export async function areaOf(driver: PanelDriver, { from, to, only }: PartOfPanel) {
  if (only !== undefined) {
    const part = await driver.section(to).locator(only).boundingBox();
    if (!part) throw new Error(`The section ${to} does not draw ${only}.`);
    const [left, top] = [Math.floor(part.x) - margin.x, Math.floor(part.y) - margin.y];
    const [right, bottom] = [Math.ceil(part.x + part.width) + margin.x, Math.ceil(part.y + part.height) + margin.y];
    return { x: left, y: top, width: right - left, height: bottom - top };
  }
  const page = await driver.panel.locator('html').boundingBox();
  const first = from === undefined ? page : await driver.section(from).boundingBox();
  const last = await driver.section(to).boundingBox();
  if (!page || !first || !last) throw new Error(`The panel does not draw ${from ?? 'its top'} or ${to}.`);
  const { x, width } = page;
  return { x, y: first.y, width, height: Math.round(last.y + last.height - first.y) };
}
