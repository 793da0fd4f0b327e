import type { Page } from 'playwright-core';

/** Does something while every CSS pixel has `zoom` pixels of the screen on a side, as under the editor's zoom. */
export async function zoomed(page: Page, zoom: number, work: () => Promise<void>): Promise<void> {
  const size = page.viewportSize();
  if (!size || zoom === 1) return work();
  const session = await page.context().newCDPSession(page);
  const screen = (deviceScaleFactor: number) =>
    session.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor, mobile: false });
  try {
    await screen(zoom);
    await work();
  } finally {
    await screen(1);
    await session.detach();
  }
}
