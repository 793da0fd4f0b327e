import type { Camera } from './camera';
import type { ArrowPlaces } from './geometry';

/** CSS pixels of a cell's side. */
export const cell = 2;
/** Opacity of a cell by its number of tokens: 0, 1, 2 to 3, 4 to 7 … 32 and more. */
const opacities = [0, 0.17, 0.26, 0.36, 0.46, 0.57, 0.7];

export const cellsOf = ({ width, height }: Camera): { readonly columns: number; readonly rows: number } => ({
  columns: Math.max(1, Math.ceil(width / cell)),
  rows: Math.max(1, Math.ceil(height / cell)),
});

/** Counts the tokens in every cell, row by row from the upper left, into `counts`. Returns how many lie outside. */
export function countCells({ up, across }: ArrowPlaces, camera: Camera, counts: Uint16Array): number {
  const { columns, rows } = cellsOf(camera);
  const perColumn = camera.scale / cell;
  const perRow = (camera.scale * camera.stretch) / cell;
  const left = camera.width / 2 / cell - camera.across * perColumn;
  const top = camera.height / 2 / cell + camera.up * perRow;
  counts.fill(0);
  let outside = 0;
  for (let id = 0; id < up.length; id++) {
    const column = left + (across[id] as number) * perColumn;
    const row = top - (up[id] as number) * perRow;
    if (column >= 0 && row >= 0 && column < columns && row < rows) {
      const at = (row | 0) * columns + (column | 0);
      if ((counts[at] as number) < 0xffff) (counts[at] as number)++;
    } else outside++;
  }
  return outside;
}

/** Index of a count's opacity. */
export const stepOf = (count: number): number => Math.min(opacities.length - 1, 32 - Math.clz32(count));

/** One colour for each opacity, as RGBA in the byte order of `ImageData`. */
export function palette([red, green, blue]: readonly [number, number, number]): Uint32Array {
  const bytes = new Uint8ClampedArray(4 * opacities.length);
  opacities.forEach((opacity, step) => bytes.set([red, green, blue, Math.round(255 * opacity)], 4 * step));
  return new Uint32Array(bytes.buffer);
}

/** Writes the counts as pixels. */
export function paint(counts: Uint16Array, colours: Uint32Array, pixels: Uint32Array): void {
  for (let at = 0; at < pixels.length; at++) {
    const count = counts[at] as number;
    pixels[at] = count === 0 ? 0 : (colours[stepOf(count)] as number);
  }
}

/**
 * All tokens as a picture of cells. They are counted and painted once a frame, however many canvases show the picture.
 */
export class Cloud {
  #counts = new Uint16Array();
  #image: ImageData | null = null;
  #colours = palette([128, 128, 128]);

  set colour(colour: readonly [number, number, number]) {
    this.#colours = palette(colour);
  }

  /** Makes the canvases as large as the camera's picture. */
  fit(camera: Camera, canvases: readonly HTMLCanvasElement[]): void {
    const { columns, rows } = cellsOf(camera);
    for (const canvas of canvases) [canvas.width, canvas.height] = [columns, rows];
    this.#counts = new Uint16Array(columns * rows);
    this.#image = new ImageData(columns, rows);
  }

  /** Returns how many tokens lie outside the picture. */
  draw(places: ArrowPlaces, camera: Camera, contexts: readonly (CanvasRenderingContext2D | null)[]): number {
    if (!this.#image) return 0;
    const outside = countCells(places, camera, this.#counts);
    paint(this.#counts, this.#colours, new Uint32Array(this.#image.data.buffer));
    for (const context of contexts) context?.putImageData(this.#image, 0, 0);
    return outside;
  }
}
