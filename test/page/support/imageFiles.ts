import pixelmatch from 'pixelmatch';
import sharp from 'sharp';

/**
 * The same picture as WebP, with a palette of 256 colours: less than a third as large. Without dithering, so that flat
 * areas stay flat: what changes is up to six pixels that differenceBetween counts.
 */
export async function quantised(png: Buffer): Promise<Buffer> {
  const few = await sharp(png).png({ palette: true, dither: 0 }).toBuffer();
  return sharp(few).webp({ lossless: true, effort: 6 }).toBuffer();
}

/** A part of a picture: its left, top, right and bottom pixel. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/**
 * How two pictures differ: by their sizes, or in so many pixels, which may be none. `boxes` says where those are, and
 * `marked` is a picture with them in red.
 */
export type Difference =
  | { readonly kind: 'size'; readonly was: string; readonly is: string }
  | { readonly kind: 'pixels'; readonly pixels: number; readonly boxes: readonly Box[]; readonly marked: Buffer };

/** Compares two pictures. A pixel differs if an eye would see it. The edges of letters may be smoothed differently. */
export async function differenceBetween(before: Buffer, now: Buffer): Promise<Difference> {
  const [old, fresh] = await Promise.all([decoded(before), decoded(now)]);
  const { width, height } = fresh.info;
  const [was, is] = [old, fresh].map(({ info }) => `${info.width} × ${info.height}`);
  if (was !== is) return { kind: 'size', was: was ?? '', is: is ?? '' };
  const marked = Buffer.alloc(fresh.data.length);
  const pixels = pixelmatch(old.data, fresh.data, marked, width, height, { diffColor: red, aaColor: yellow });
  const raw = { width, height, channels: 4 } as const;
  if (pixels === 0) return { kind: 'pixels', pixels, boxes: [], marked };
  return {
    kind: 'pixels',
    pixels,
    boxes: boxesOf(marked, width),
    marked: await sharp(marked, { raw }).png().toBuffer(),
  };
}

const red: [number, number, number] = [255, 0, 0];
/** Edges of letters, which do not count. */
const yellow: [number, number, number] = [255, 255, 0];

/** Boxes around the red pixels of an RGBA picture. Pixels at most this far apart share a box. */
const gap = 20;
function boxesOf(marked: Buffer, width: number): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < marked.length; at += 4) {
    if (red.some((value, channel) => marked[at + channel] !== value)) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    const near = boxes.findIndex(([l, t, r, b]) => x >= l - gap && x <= r + gap && y >= t - gap && y <= b + gap);
    const [l, t, r, b] = boxes[near] ?? [x, y, x, y];
    boxes.splice(near < 0 ? boxes.length : near, 1, [Math.min(l, x), Math.min(t, y), Math.max(r, x), Math.max(b, y)]);
  }
  return boxes;
}

const decoded = (png: Buffer) => sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
