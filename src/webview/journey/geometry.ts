/** Pixels. The charts and the lens share the row height, so that a layer is one row through all of them. */
export const rowHeight = 15;
/** The title and two notes above a chart. */
export const headHeight = 48;
/** The axis above the rows. */
export const axisHeight = 16;
/** The column of layer numbers. */
export const layerWidth = 28;

export const pictures = ['angles', 'sizes', 'added', 'push'] as const;
export type Picture = (typeof pictures)[number];

/** Shares of the width. */
const shares: Readonly<Record<Picture, number>> = { angles: 15, sizes: 11, added: 10, push: 12 };
const gap = 14;
/** From this width on all charts are in one line, below it in two. */
const roomForAll = 460;

/** The charts in lines that fill a width. Each line begins with a column of layer numbers. */
export function pictureLines(width: number) {
  const lines: readonly (readonly Picture[])[] =
    width >= roomForAll ? [pictures] : [pictures.slice(0, 2), pictures.slice(2)];
  return lines.map((line) => {
    const room = Math.max(width - layerWidth - gap * line.length, 0);
    const all = line.reduce((sum, picture) => sum + shares[picture], 0);
    return line.map((picture) => ({ picture, width: Math.floor((room * shares[picture]) / all) }));
  });
}

/** Upper edge of a layer's row. */
export const rowTop = (layer: number): number => axisHeight + layer * rowHeight;

export const rowMiddle = (layer: number): number => rowTop(layer) + rowHeight / 2;

/** The layer whose row is at `y`: 0 … `residuals` − 1. `null` above and below the rows. */
export function layerAt(y: number, residuals: number): number | null {
  const layer = Math.floor((y - axisHeight) / rowHeight);
  return layer >= 0 && layer < residuals ? layer : null;
}
