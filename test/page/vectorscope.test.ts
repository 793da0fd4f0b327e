import { beforeAll, describe, expect, it } from 'vitest';
import { metrics, type Metric } from '../../src/shared/metrics';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

interface Drawn {
  readonly origin: { readonly x: number; readonly y: number };
  /** ‖axis‖ as the table has it, and where the picture says the tip is. */
  readonly axis: number;
  readonly tip: { readonly x: number; readonly y: number } | null;
  readonly unit: { readonly across: number; readonly up: number };
  readonly points: readonly { readonly id: number; readonly x: number; readonly y: number }[];
}

/** What a person with a ruler reads from the picture. Runs in the panel's page. */
function measured(section: Element): Drawn {
  const number = (element: Element | null | undefined, name: string): number =>
    Number(element?.getAttribute(name) ?? NaN);
  const axis = section.querySelector('.scope-axis');
  const line = axis?.querySelector('line');
  const across = section.querySelector('.unit-across');
  const up = section.querySelector('.unit-up');
  const perAcross = (number(across, 'x2') - number(across, 'x1')) / number(across, 'data-units');
  return {
    origin: { x: number(line, 'x1'), y: number(line, 'y1') },
    axis: number(axis, 'data-size'),
    tip: axis?.getAttribute('data-tip') === 'inside' ? { x: number(axis, 'data-x'), y: number(axis, 'data-y') } : null,
    unit: { across: perAcross, up: up ? (number(up, 'y2') - number(up, 'y1')) / number(up, 'data-units') : perAcross },
    points: [...section.querySelectorAll('.point[data-rank]')].map((point) => ({
      id: number(point, 'data-id'),
      x: number(point.querySelector('circle'), 'cx'),
      y: number(point.querySelector('circle'), 'cy'),
    })),
  };
}

describe('the vectorscope', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared({ height: 1000 })));

  const scope = () => tour.section('vectorscope');
  const metric = async (name: 'distance' | 'cosine' | 'dot product') => {
    await scope().locator('.section-controls').getByRole('radio', { name, exact: true }).click();
    const shown = { distance: 'euclidean', cosine: 'cosine', 'dot product': 'dot' }[name];
    await scope().locator(`.family.shown[data-metric="${shown}"]`).waitFor();
  };
  const tool = (name: string) => scope().locator('.scope-tools').getByRole('radio', { name, exact: true }).click();

  /** The distances and products in the table behind the picture, by id. */
  async function table(): Promise<ReadonlyMap<number, { readonly distance: number; readonly dot: number }>> {
    const details = scope().locator('details');
    if (!(await details.evaluate((element) => (element as HTMLDetailsElement).open)))
      await details.locator('summary').click();
    const drawn = scope().locator('.behind-box tbody tr');
    await drawn.first().waitFor();
    const rows = await drawn.evaluateAll((all) =>
      all.map((row) => {
        const heads = [...(row.closest('table')?.querySelectorAll('thead th') ?? [])].map((head) => head.textContent);
        const value = (head: string) => Number(row.children[heads.indexOf(head)]?.getAttribute('data-value') ?? NaN);
        const id = Number(row.getAttribute('data-id'));
        return [id, { distance: value('distance'), dot: value('dot product') }] as const;
      }),
    );
    return new Map(rows);
  }

  /** Distance to the tip and height over the origin, read from the picture, are what the table says, within a pixel. */
  async function isTrue(): Promise<number> {
    const known = await table();
    const { origin, axis, tip, unit, points } = await scope().evaluate(measured);
    if (tip) expect(Math.abs(origin.y - tip.y - axis * unit.up)).toBeLessThan(1);
    for (const { id, x, y } of points) {
      const row = known.get(id);
      expect(row, `token ${id}`).toBeDefined();
      const [across, up] = [(x - origin.x) / unit.across, (origin.y - y) / unit.up];
      // One pixel up is so much of a product, and one pixel in any direction at most so much of a distance.
      expect(Math.abs(up * axis - (row?.dot ?? NaN)) / axis, `height of ${id}`).toBeLessThan(1 / unit.up);
      expect(Math.abs(Math.hypot(across, up - axis) - (row?.distance ?? NaN)), `distance of ${id}`).toBeLessThan(
        Math.SQRT2 / Math.min(unit.across, unit.up),
      );
    }
    return points.length;
  }

  it('stands under the neighbours and is drawn once it is in sight', async () => {
    await tour.open('vectorscope');
    await scope().scrollIntoViewIfNeeded();
    await scope().locator('.scope-axis').waitFor();
    expect(await scope().locator('.scope-axis text').textContent()).toBe('·is');
  });

  for (const name of ['distance', 'cosine', 'dot product'] as const) {
    it(`has the geometry that its table has, ${name}`, async () => {
      await metric(name);
      expect(await isTrue()).toBe(9);
    });
  }

  it('has it also around h, stretched, with the tip outside marked with its size', async () => {
    await tool('residual, h');
    await scope().locator('.scope-axis[data-tip="outside"]').waitFor();
    expect(await scope().locator('.scope-axis text').textContent()).toBe('h, position 5 tip at 43.79');
    await metric('distance');
    expect(await isTrue()).toBe(10);
    await metric('dot product');
    expect(await isTrue()).toBe(10);
    expect(await scope().locator('.names .name.chosen, .names .name').first().textContent()).toContain('·');
    expect(await scope().locator('.scope-figure + .note').textContent()).toContain(
      'two tokens drawn side by side may be far apart',
    );
  });

  it('turns around the residual of any layer', async () => {
    await scope().locator('#scope-layer').fill('15');
    await scope().locator('.scope-axis', { hasText: 'after layer 14, position 5' }).waitFor();
    expect(await isTrue()).toBe(10);
  });

  it('is moved and zoomed, and shows all tokens again', async () => {
    await tool('token');
    await scope().locator('.scope-axis', { hasText: '·is' }).waitFor();
    await scope().scrollIntoViewIfNeeded();
    const origin = () => scope().locator('.scope-axis line').first().getAttribute('x1');
    const before = await origin();
    const box = await scope().locator('svg.scope').boundingBox();
    if (!box) throw new Error('The picture is not drawn.');
    const { mouse, keyboard } = tour.page;
    const from = { x: box.x + box.width / 2, y: box.y + box.height - 20 };
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + 120, from.y - 30, { steps: 6 });
    await mouse.up();
    await expect.poll(origin).not.toBe(before);
    await keyboard.down('Control');
    await mouse.wheel(0, -200);
    await keyboard.up('Control');
    await scope().getByRole('button', { name: 'Show all tokens' }).click();
    await expect.poll(origin).toBe(before);
    expect(await isTrue()).toBe(9);
  });

  it('makes a token that is clicked the axis, and goes back to the one before', async () => {
    await metric('distance');
    const axis = () => scope().locator('.scope-axis text').textContent();
    const before = await axis();
    await scope().evaluate((section) => {
      const target =
        section.querySelector('.point[data-rank="2"] circle') ?? section.querySelector('.point[data-rank] circle');
      const svg = section.querySelector('svg.scope');
      if (!target || !svg) throw new Error('There is no token to click.');
      const { left, top, width, height } = target.getBoundingClientRect();
      const at = { clientX: left + width / 2, clientY: top + height / 2, button: 0, bubbles: true };
      svg.dispatchEvent(new PointerEvent('pointerdown', at));
      svg.dispatchEvent(new PointerEvent('pointerup', at));
    });
    await expect.poll(axis).not.toBe(before);
    await scope().getByRole('button', { name: 'Previous axis' }).click();
    await expect.poll(axis).toBe(before);
  });

  it('is used with keys alone: arrows move among the lit tokens, Enter makes one the axis', async () => {
    const first = scope().locator('.point[data-rank][tabindex="0"]');
    await first.focus();
    await tour.page.keyboard.press('ArrowRight');
    const card = scope().locator('.scope-card');
    await card.waitFor();
    const name = await card.locator('bdi').textContent();
    await tour.page.keyboard.press('Enter');
    await expect.poll(() => scope().locator('.scope-axis text').textContent()).toBe(name);
    await expect.poll(() => tour.section('token').locator('dd.name').first().textContent()).toBe(name);
  });

  it('leaves the focus to a reader who went elsewhere before the new picture came', async () => {
    const before = await scope().locator('.scope-axis text').first().textContent();
    await scope().evaluate((section) => {
      const point = section.querySelector<SVGGElement>('.point[data-rank="2"]');
      const elsewhere = section.querySelector<HTMLButtonElement>('.scope-tools button, .scope-tools input');
      if (!point || !elsewhere) throw new Error('There is no token, or nothing beside it, to focus.');
      point.focus();
      point.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      elsewhere.focus();
      elsewhere.dataset['elsewhere'] = '';
    });
    await expect.poll(() => scope().locator('.scope-axis text').first().textContent()).not.toBe(before);
    expect(await scope().locator('[data-elsewhere]:focus').count()).toBe(1);
  });

  /**
   * Chooses the next neighbour `times` times. The page below the picture stays where it is. The table behind it is
   * closed, since its rows are as high as the names in them.
   */
  async function isStill(times: number): Promise<void> {
    const height = () => scope().evaluate((section) => section.getBoundingClientRect().height);
    const axis = () => scope().locator('.scope-axis text').first().textContent();
    const nearest = tour.section('neighbours').locator('[data-metric="cosine"]');
    const first = () => nearest.locator('[data-rank="1"] .token-text').textContent();
    await scope()
      .locator('details')
      .evaluate((element) => (element as HTMLDetailsElement).open && element.querySelector('summary')?.click());
    const before = await height();
    for (let rank = 2; rank < 2 + times; rank++) {
      const was = await axis();
      // The list of the token before would move away under the mouse.
      await expect.poll(first).toBe(was);
      await nearest.locator(`[data-rank="${rank}"] button`).click();
      await expect.poll(axis).not.toBe(was);
      expect(await height(), `around ${await axis()}`).toBe(before);
    }
  }

  it('keeps the page below it in place when the token changes', () => isStill(4));

  describe('in a wide panel', () => {
    beforeAll(() => {
      const size = tour.page.viewportSize();
      return () => (size ? tour.page.setViewportSize(size) : undefined);
    });
    const pane = (name: Metric) => scope().locator(`.scope-pane[data-metric="${name}"]`);
    /** One value for each of the three pictures. */
    const each = (read: (pane: Element) => string | null | undefined) =>
      Promise.all(metrics.map((name) => pane(name).evaluate(read)));
    const origins = () => each((drawn) => drawn.querySelector('.scope-axis line')?.getAttribute('x1'));
    const areAlike = (values: readonly unknown[]) => new Set(values).size === 1;

    it('draws the three metrics side by side, of one size and over one cloud', async () => {
      await tour.fitPanel(1000, 'vectorscope');
      await scope().locator('.scope-panes[data-panes="3"] .scope-axis').last().waitFor();
      expect(await scope().locator('.scope-head').allTextContents()).toEqual([
        'Distance: equal on each circle',
        'Cosine: equal on each ray',
        'Dot product: equal on each level line',
      ]);
      expect(await scope().locator('.section-controls').isVisible()).toBe(false);
      expect(await each((drawn) => drawn.querySelector('.family')?.getAttribute('data-metric'))).toEqual(metrics);
      expect(areAlike(await each((drawn) => drawn.querySelector('canvas')?.toDataURL()))).toBe(true);
      expect(areAlike(await each((drawn) => String(drawn.getBoundingClientRect().width)))).toBe(true);
    });

    it('has the geometry that its three tables have', async () => {
      expect(await isTrue()).toBeGreaterThan(20);
      expect(await scope().locator('.behind-box table').count()).toBe(3);
    });

    it('is zoomed and moved as one', async () => {
      const before = await origins();
      expect(areAlike(before)).toBe(true);
      const box = await pane('dot').locator('svg.scope').boundingBox();
      if (!box) throw new Error('The picture is not drawn.');
      const { mouse, keyboard } = tour.page;
      await mouse.move(box.x + box.width / 2 + 40, box.y + 20);
      await keyboard.down('Control');
      await mouse.wheel(0, -200);
      await keyboard.up('Control');
      await expect.poll(origins).not.toEqual(before);
      expect(areAlike(await origins())).toBe(true);
      await scope().getByRole('button', { name: 'Show all tokens' }).click();
      await expect.poll(origins).toEqual(before);
    });

    it('lights a token in all three, and Enter makes it the axis', async () => {
      await pane('cosine').locator('.point[data-rank][tabindex="0"]').focus();
      await tour.page.keyboard.press('ArrowRight');
      await expect.poll(() => scope().locator('.ring').count()).toBe(3);
      const id = await scope().locator('.scope-card').getAttribute('data-id');
      const lit = await each((drawn) => drawn.querySelector('.point.pointed, .pointed-arrow')?.getAttribute('data-id'));
      expect(lit).toEqual([id, id, id]);
      const name = await scope().locator('.scope-card bdi').textContent();
      await tour.page.keyboard.press('Enter');
      await expect
        .poll(() => each((drawn) => drawn.querySelector('.scope-axis text')?.textContent))
        .toEqual(Array(3).fill(name));
      await expect.poll(() => pane('cosine').locator('.point:focus').count()).toBe(1);
    });
  });
});
