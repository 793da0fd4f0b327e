import { beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from '../e2e/support/workbench';

// `npm run bench -- panel`: how soon the point is said, how smoothly the vectorscope moves in a real editor, and how
// soon it is drawn around another token. Never fails on a time.

const text = 'The capital of France is';
/** Milliseconds. */
const bars = { frame: 8, firstPicture: 300, point: 1500 };
const trials = 5;

const middle = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;

describe('the first view', () => {
  it('says the point soon after the command', async () => {
    const workbench = await Workbench.open({ width: 1400, height: 900 });
    const times: number[] = [];
    try {
      // The first inspection loads the model, and does not count.
      for (let trial = 0; trial <= trials; trial++) {
        await workbench.selectText(text);
        await workbench.page.keyboard.press('Control+k');
        const start = performance.now();
        await workbench.page.keyboard.press('Control+v');
        await workbench.section('point').locator('.point-lead').waitFor();
        if (trial > 0) times.push(performance.now() - start);
        await workbench.runCommand('Vectorscope: Clear Inspection');
        await workbench.panelIs('empty');
      }
    } finally {
      await workbench.close();
    }
    process.stdout.write(
      `first view: the point's sentence ${middle(times).toFixed(0)} ms after the command, warm, median of ${trials} (bar ${bars.point} ms)\n`,
    );
  });
});

describe('the vectorscope', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.open({ height: 1000 });
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    // The panel opens with the point's position.
    await (await workbench.open('tokens')).locator('[data-token-index="4"]').click();
    await workbench.open('vectorscope');
    await scope().scrollIntoViewIfNeeded();
    await scope().locator('.scope-axis', { hasText: '·is' }).waitFor();
    return () => workbench.close();
  });
  const scope = () => workbench.section('vectorscope');
  /** Gives the panel its width in a window of a usual height, with the vectorscope in sight. */
  async function fit(width: number): Promise<void> {
    await workbench.fitPanel(width, 'vectorscope');
    const size = workbench.page.viewportSize();
    if (size) await workbench.resize({ ...size, height: 1000 });
    await scope().scrollIntoViewIfNeeded();
  }

  for (const width of [560, 1000]) {
    it(`is moved and zoomed in frames that leave the page free, at ${width} pixels`, async () => {
      await fit(width);
      await scope()
        .locator(`.scope-panes[data-panes="${width < 900 ? 1 : 3}"] .scope-axis`)
        .last()
        .waitFor();
      await scope().evaluate((section) => {
        const view = section.ownerDocument.defaultView as
          | (Window & { frames_?: number[]; original_?: typeof requestAnimationFrame })
          | null;
        if (!view) throw new Error('The page has no window.');
        const original = (view.original_ ??= view.requestAnimationFrame.bind(view));
        const times: number[] = [];
        view.frames_ = times;
        view.requestAnimationFrame = (work) =>
          original((now) => {
            const start = view.performance.now();
            work(now);
            times.push(view.performance.now() - start);
          });
      });
      const box = await scope().locator('svg.scope').first().boundingBox();
      if (!box) throw new Error('The picture is not drawn.');
      const { mouse, keyboard } = workbench.page;
      const from = { x: box.x + box.width / 2, y: box.y + box.height - 20 };
      await mouse.move(from.x, from.y);
      await mouse.down();
      for (let step = 1; step <= 60; step++) await mouse.move(from.x + 2 * step, from.y - step / 2);
      await mouse.up();
      await keyboard.down('Control');
      for (let step = 0; step < 60; step++) await mouse.wheel(0, step < 30 ? -20 : 20);
      await keyboard.up('Control');
      const frames = await scope().evaluate((section) => [
        ...((section.ownerDocument.defaultView as (Window & { frames_?: number[] }) | null)?.frames_ ?? []),
      ]);
      const p95 = frames.toSorted((a, b) => a - b)[Math.floor(0.95 * frames.length)] ?? NaN;
      process.stdout.write(
        `vectorscope, 49,152 tokens, ${width} pixels wide: script time a frame p50 ${middle(frames).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms over ${frames.length} frames (bar ${bars.frame} ms)\n`,
      );
      expect(frames.length).toBeGreaterThan(20);
      await scope().getByRole('button', { name: 'Show all tokens' }).click();
    });
  }

  it('is drawn soon around a token that is clicked', async () => {
    await fit(560);
    await scope().locator('.section-controls').getByRole('radio', { name: 'distance', exact: true }).click();
    const times: number[] = [];
    for (let trial = 0; trial < trials; trial++) {
      const before = await scope().locator('.scope-axis text').textContent();
      times.push(
        await scope().evaluate(async (section) => {
          const target =
            section.querySelector('.point[data-rank="2"] circle') ?? section.querySelector('.point[data-rank] circle');
          const svg = section.querySelector('svg.scope');
          if (!target || !svg) throw new Error('There is no token to click.');
          const { left, top, width, height } = target.getBoundingClientRect();
          const at = { clientX: left + width / 2, clientY: top + height / 2, button: 0, bubbles: true };
          const view = section.ownerDocument.defaultView;
          const axis = () => section.querySelector('.scope-axis text')?.textContent;
          const was = axis();
          const start = performance.now();
          svg.dispatchEvent(new PointerEvent('pointerdown', at));
          svg.dispatchEvent(new PointerEvent('pointerup', at));
          while (axis() === was) await new Promise((resolve) => view?.requestAnimationFrame(resolve));
          return performance.now() - start;
        }),
      );
      await scope().getByRole('button', { name: 'Previous axis' }).click();
      await scope()
        .locator('.scope-axis text', { hasText: before ?? '' })
        .waitFor();
    }
    process.stdout.write(
      `vectorscope, 49,152 tokens: picture ${middle(times).toFixed(0)} ms after the click, median of ${trials} (bar ${bars.firstPicture} ms)\n`,
    );
  });
});
