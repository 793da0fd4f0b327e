import type { FrameLocator, Locator, Page } from 'playwright-core';
import { roomOf } from '../../../src/shared/rooms';
import { themes, type Theme } from './themes';

export type PanelStatusKind = 'empty' | 'working' | 'ready' | 'cancelled' | 'not-downloaded' | 'not-sent' | 'failed';

/** Pictures of what passed are for a person to look at. */
export const takesPictures = Boolean(process.env['VECTORSCOPE_PICTURES']);

/** Sizes of the panel's page in CSS pixels. */
export interface PanelSize {
  readonly width: number;
  readonly height: number;
  /** Height of all that it draws. */
  readonly content: number;
}

/** The panel in a browser, wherever it is drawn: beside an editor, or on the page without one. */
export abstract class PanelDriver {
  abstract readonly page: Page;
  /** The panel's page. Locators in it wait until the panel is there. */
  abstract get panel(): FrameLocator;

  /**
   * Makes the panel so wide, in CSS pixels, and the window high enough for all of it, or for all up to the end of a
   * section.
   */
  abstract fitPanel(width: number, last?: string): Promise<void>;

  /** Opens the room of a section, and all in it that is folded under a heading. */
  async open(name: string): Promise<Locator> {
    const section = this.section(name);
    if ((await section.count()) === 0) await this.panel.locator(`.room[data-room="${roomOf(name)}"]`).click();
    await section.waitFor();
    const folded = this.panel.locator('.unfold[aria-expanded="false"], .fold:not([open]) > summary:has(h3)');
    while ((await folded.count()) > 0) await folded.first().click();
    return section;
  }

  /** Opens a folded part of a section that is drawn. */
  async unfold(name: string): Promise<void> {
    const fold = this.panel.locator(`details[data-fold="${name}"]`);
    if (!(await fold.evaluate((details) => (details as HTMLDetailsElement).open)))
      await fold.locator('summary').click();
  }

  /** A section of the room that is open. */
  section(name: string): Locator {
    return this.panel.locator(`section[data-section="${name}"]`);
  }

  /** Waits until the panel is in a state. */
  async panelIs(...kinds: PanelStatusKind[]): Promise<Locator> {
    const main = this.panel.locator(kinds.map((kind) => `main[data-status="${kind}"]`).join(', '));
    await main.waitFor();
    return main;
  }

  /** Waits until a webview's page has the colours of a theme. */
  async themeReached(page: FrameLocator, theme: Theme): Promise<void> {
    const body = page.locator(`body[data-vscode-theme-kind="${themes[theme].webview}"]`);
    // Where the toolkit is there, it takes the colours over at the next drawing.
    await body.evaluate(async (element) => {
      const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim().toLowerCase();
      while (colour('--foreground') !== '' && colour('--foreground') !== colour('--vscode-foreground'))
        await new Promise(requestAnimationFrame);
    });
  }

  /** Sizes of the panel's page, once they no longer change from one drawing to the next. */
  protected async settledPanel(last?: string): Promise<PanelSize> {
    let [before, now] = [await this.panelSize(last), await this.panelSize(last)];
    while (JSON.stringify(before) !== JSON.stringify(now)) [before, now] = [now, await this.panelSize(last)];
    return now;
  }

  /** Its sizes three drawings from now. */
  protected panelSize(last?: string): Promise<PanelSize> {
    return this.panel.locator('html').evaluate(async (html, section) => {
      for (let drawn = 0; drawn < 3; drawn++) await new Promise(requestAnimationFrame);
      // The page itself is never lower than its frame.
      const main = html.querySelector('main');
      const end = section === undefined ? main : html.querySelector(`section[data-section="${section}"]`);
      if (!main || !end) throw new Error('The panel does not draw all that is asked for.');
      return {
        width: html.clientWidth,
        height: html.clientHeight,
        content: Math.ceil(end.getBoundingClientRect().bottom - main.getBoundingClientRect().top),
      };
    }, last);
  }
}
