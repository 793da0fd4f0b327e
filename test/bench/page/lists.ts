import type { Browser, CDPSession, Frame } from 'playwright-core';
import type { MetadataEntry } from '../../../src/shared/contents';
import { empty } from '../../unit/webview/build';
import { contentsOf, fileOf, tensorsOf } from '../../unit/webview/files';
import { report } from '../measure';

// `npm run bench -- lists`: how long the panel's page works while a reader scrolls through the lists of a model file
// and types into their fields. Never fails on a time.

const most = 16;
const metadata = Array.from({ length: 300 }, (_, at): MetadataEntry => ({
  key: `general.note.${at}`,
  type: 'text',
  text: `Note ${at}`,
  entries: null,
  isCut: false,
}));
const file = fileOf({ contents: contentsOf({ metadata, tensors: tensorsOf(1666) }) });

/** Milliseconds of the processor that the page took for an input and the three frames after it, input by input. */
async function workOf(frame: Frame, session: CDPSession, inputs: readonly (() => Promise<void>)[]) {
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  const times: number[] = [];
  for (const input of inputs) {
    const before = await busy();
    await input();
    await frame.evaluate(async () => {
      for (let drawn = 0; drawn < 3; drawn++) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    times.push((await busy()) - before);
  }
  return times.toSorted((a, b) => a - b);
}

export async function lists(browser: Browser, origin: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 1100 } });
  await page.goto(origin);
  const panel = page.frameLocator('#panel');
  await panel.locator('main[data-status]').waitFor();
  await page.evaluate(
    (state) =>
      document
        .querySelector<HTMLIFrameElement>('#panel')
        ?.contentWindow?.postMessage({ type: 'state', state }, location.origin),
    { ...empty, file },
  );
  const tensors = panel.locator('section[data-section="file-tensors"]');
  await tensors.getByText('5,000 tensors', { exact: true }).first().waitFor();
  // In one list, which is the longest.
  await tensors.getByRole('button', { name: 'name', exact: true }).click();
  const frame = page.frame({ url: /panel/ });
  if (!frame) throw new Error('The panel has no frame.');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const scroll = (by: number) => () => frame.evaluate((pixels) => window.scrollBy(0, pixels), by);
  await frame.evaluate(() => window.scrollTo(0, 0));
  const steps = (count: number, by: number) => Array.from({ length: count }, () => scroll(by));
  const scrolled = await workOf(frame, session, steps(200, 120));
  const back = await workOf(frame, session, steps(100, -120));
  const keys = async (field: string, query: string) => {
    const input = panel.locator(field);
    await input.focus();
    const typed = [...query].map((key) => () => page.keyboard.press(key));
    const deleted = typed.map(() => () => page.keyboard.press('Backspace'));
    return workOf(frame, session, [...typed, ...deleted, ...typed, ...deleted]);
  };
  const narrowed = await keys('#tensors-filter', 'attn_q');
  const found = await keys('#metadata-filter', 'note 29');
  const said = (times: readonly number[]): string =>
    `median ${times[times.length >> 1]?.toFixed(1)} ms, 95 of 100 within ${times[Math.floor(0.95 * times.length)]?.toFixed(1)} ms, most ${times.at(-1)?.toFixed(1)} ms`;
  report([
    ['scrolling down through 5,000 tensors', said(scrolled), `≤ ${most} ms`],
    ['scrolling up again', said(back), `≤ ${most} ms`],
    ['a key in the field of 5,000 tensors', said(narrowed), `≤ ${most} ms`],
    ['a key in the field of 300 keys', said(found), `≤ ${most} ms`],
  ]);
}
