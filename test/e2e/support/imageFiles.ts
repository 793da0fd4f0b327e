import pixelmatch from 'pixelmatch';
import sharp from 'sharp';

/**
 * The same picture with a palette of 256 colours, less than half as large. Without dithering, so that flat areas stay
 * flat: what changes is up to six pixels that differenceBetween counts.
 */
export const quantised = (png: Buffer): Promise<Buffer> =>
  sharp(png).png({ palette: true, dither: 0, compressionLevel: 9 }).toBuffer();

/** How two pictures differ: not at all, by their sizes, or in so many pixels, with a picture that marks them in red. */
export type Difference =
  | { readonly kind: 'size'; readonly was: string; readonly is: string }
  | { readonly kind: 'pixels'; readonly pixels: number; readonly marked: Buffer };

/** Compares two PNGs. A pixel differs if an eye would see it. The edges of letters may be smoothed differently. */
export async function differenceBetween(before: Buffer, now: Buffer): Promise<Difference> {
  const [old, fresh] = await Promise.all([decoded(before), decoded(now)]);
  const { width, height } = fresh.info;
  const [was, is] = [old, fresh].map(({ info }) => `${info.width} × ${info.height}`);
  if (was !== is) return { kind: 'size', was: was ?? '', is: is ?? '' };
  const marked = Buffer.alloc(fresh.data.length);
  const pixels = pixelmatch(old.data, fresh.data, marked, width, height);
  const raw = { width, height, channels: 4 } as const;
  return { kind: 'pixels', pixels, marked: pixels === 0 ? marked : await sharp(marked, { raw }).png().toBuffer() };
}

const decoded = (png: Buffer) => sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
