import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

interface Frame {
  readonly png: Buffer;
  /** Milliseconds. */
  readonly shown: number;
}

/** Milliseconds of a step of the mouse, and how many steps it takes to its place. */
const step = 60;
const steps = 8;

/**
 * Takes pictures of a window, and makes an animated one of them. A browser's pictures have no mouse, so an arrow is
 * drawn where it is.
 */
export class Recorder {
  private readonly frames: Frame[] = [];
  private at = { x: 700, y: 500 };

  private constructor(
    private readonly page: Page,
    private readonly style: string,
  ) {}

  /** `style` are rules of CSS for the pictures alone. */
  static async start(page: Page, style: string): Promise<Recorder> {
    await page.evaluate(() => {
      const mouse = document.createElement('div');
      mouse.id = 'film-mouse';
      mouse.style.cssText = 'position:fixed;z-index:2147483647;pointer-events:none;width:22px;height:30px';
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('viewBox', '0 0 22 30');
      const arrow = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      arrow.setAttribute('d', 'M2 1v22l5-5 4 9 4-2-4-8h7z');
      arrow.setAttribute('fill', '#fff');
      arrow.setAttribute('stroke', '#000');
      arrow.setAttribute('stroke-width', '1.5');
      svg.append(arrow);
      mouse.append(svg);
      document.body.append(mouse);
    });
    const recorder = new Recorder(page, style);
    await recorder.put(recorder.at);
    return recorder;
  }

  /** Has what is drawn now stand for a while, in milliseconds. */
  async hold(shown: number): Promise<void> {
    const png = await this.page.screenshot({ style: this.style });
    const last = this.frames.at(-1);
    if (last?.png.equals(png)) this.frames.splice(-1, 1, { png, shown: last.shown + shown });
    else this.frames.push({ png, shown });
  }

  /** Moves the mouse to the middle of something, or to a part of its width. */
  async moveTo(target: Locator, part = 0.5): Promise<void> {
    const box = await target.boundingBox();
    if (!box) throw new Error('The mouse cannot go to what is not drawn.');
    await this.goTo({ x: box.x + part * box.width, y: box.y + box.height / 2 });
  }

  /** Moves the mouse to a place in the window, CSS pixels. */
  async goTo(to: { readonly x: number; readonly y: number }): Promise<void> {
    const from = this.at;
    for (let done = 1; done <= steps; done++) {
      // Slower at both ends, as a hand is.
      const way = (1 - Math.cos((Math.PI * done) / steps)) / 2;
      await this.put({ x: from.x + way * (to.x - from.x), y: from.y + way * (to.y - from.y) });
      await this.hold(step);
    }
  }

  /** The film as a GIF that begins again after its end. */
  async gif(): Promise<Buffer> {
    return sharp(
      this.frames.map(({ png }) => png),
      { join: { animated: true } },
    )
      .gif({ delay: this.frames.map(({ shown }) => shown), loop: 0, colours: 128, dither: 0, effort: 10 })
      .toBuffer();
  }

  /** Milliseconds. */
  get length(): number {
    return this.frames.reduce((sum, { shown }) => sum + shown, 0);
  }

  private async put(at: { readonly x: number; readonly y: number }): Promise<void> {
    this.at = { ...at };
    await this.page.mouse.move(at.x, at.y);
    await this.page.evaluate(({ x, y }) => {
      const mouse = document.querySelector<HTMLElement>('#film-mouse');
      if (mouse) Object.assign(mouse.style, { left: `${x - 2}px`, top: `${y - 1}px` });
    }, at);
  }
}
