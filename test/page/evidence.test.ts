import { describe, expect, it } from 'vitest';
import { sampled } from '../unit/support/sample';
import { driven } from './support/driven';
import { faults } from './support/fit';
import { PanelPage } from './support/panelPage';

/** The narrowest is that of a panel in a window of 1,100 pixels with the side bar open. */
const widths = sampled([376, 1000], [376, 420, 560, 700, 860, 1000, 1400]);

/** A sentence of a section, and the parts of the section that show what it says. */
interface Claim {
  readonly section: string;
  readonly says: string;
  readonly shownBy: readonly string[];
}

const claims: readonly Claim[] = [
  {
    section: 'next-token',
    says: 'nearest by angle',
    shownBy: ['td.rank-by[data-metric="cosine"]', '[data-fold="nearest"] summary'],
  },
  {
    section: 'next-token',
    says: 'by distance',
    shownBy: ['td.rank-by[data-metric="euclidean"]', '[data-fold="nearest"] summary'],
  },
  { section: 'next-token', says: 'likeliest token is', shownBy: ['td.probability'] },
  { section: 'next-token', says: 'by angle it is', shownBy: ['td.rank-by[data-metric="cosine"]'] },
  { section: 'next-token', says: 'A rank is bold where distance or cosine', shownBy: ['td.rank-by'] },
  { section: 'next-token', says: 'logit = ', shownBy: ['td.size', 'td.cosine', 'td.logit:not(.capped)'] },
  { section: 'next-token', says: 'cos θ \\+ bias', shownBy: ['td.bias'] },
  { section: 'next-token', says: 'soft-caps', shownBy: ['td.capped'] },
  { section: 'neighbours', says: 'Bars show size', shownBy: ['.neighbours-list .bar'] },
  { section: 'neighbours', says: 'A line joins', shownBy: ['.joins line', '.stub-rank'] },
];

/** The claims that can be read while something that shows them cannot be seen. Runs in the page. */
function unseen(html: HTMLElement, all: readonly Claim[]): { read: string[]; unseen: string[] } {
  const view = html.ownerDocument.defaultView;
  const isSeen = (element: Element): boolean => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    if (element.textContent !== '' && view?.getComputedStyle(element).fontSize === '0px') return false;
    const { width, height } = element.getBoundingClientRect();
    return element.localName === 'line' ? width > 0 : width >= 1 && height >= 1;
  };
  const read: string[] = [];
  const found = all.flatMap(({ section, says, shownBy }) => {
    const part = html.querySelector(`section[data-section="${section}"]`);
    const sentences = [...(part?.querySelectorAll<HTMLElement>('.finding, .note') ?? [])];
    if (!sentences.some((sentence) => isSeen(sentence) && new RegExp(says).test(sentence.innerText))) return [];
    read.push(says);
    return shownBy.flatMap((selector) => {
      const shown = [...(part?.querySelectorAll(selector) ?? [])];
      return shown.length > 0 && shown.every(isSeen) ? [] : [`“${says}” without ${selector}`];
    });
  });
  return { read, unseen: found };
}

describe('what a sentence claims is in sight', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared()));

  const look = async (at: readonly number[], ...expected: readonly string[]) => {
    const all = new Set<string>();
    const html = tour.panel.locator('html');
    for (const width of at) {
      await tour.setPanelWidth(width);
      for (const [section, part] of [
        ['neighbours', '.neighbours-list'],
        ['next-token', '.prediction-table'],
      ] as const) {
        await (await tour.open(section)).locator(part).first().waitFor();
        const { read, unseen: missing } = await html.evaluate(unseen, claims);
        expect(missing, `${section} at ${width} pixels`).toEqual([]);
        read.forEach((claim) => all.add(claim));
        if (width < 500) expect(await html.evaluate(faults), `${section} at ${width} pixels`).toEqual([]);
      }
    }
    expect([...all]).toEqual(expect.arrayContaining([...expected]));
  };

  it('of a token, its neighbours and what follows', async () => {
    await (await tour.open('tokens')).locator('[data-token-index="2"]').click();
    await (await tour.open('next-token')).locator('.finding', { hasText: 'nearest by angle' }).waitFor();
    await look(
      widths,
      'nearest by angle',
      'by distance',
      'A rank is bold where distance or cosine',
      'logit = ',
      'Bars show size',
      'A line joins',
    );
  });

  it.each([
    ['phi2', 'cos θ \\+ bias'],
    ['gemma2', 'soft-caps'],
  ])('of a model that adds to its logits or caps them: %s', async (name, claim) => {
    await tour.useFixture(name);
    await look([1000, 420], claim);
    // Where the column is no longer there, the token still is.
    await tour.setPanelWidth(280);
    expect(await tour.panel.locator('html').evaluate(faults)).toEqual([]);
    const token = tour.section('next-token').locator('.prediction-table tbody th').first();
    expect(await token.evaluate((cell) => cell.clientWidth)).toBeGreaterThan(40);
  });
});
