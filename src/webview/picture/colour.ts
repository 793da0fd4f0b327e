/** A colour in the form that every SVG reader understands, and its opacity: 0 … 1. */
export interface PlainColour {
  readonly colour: string;
  readonly opacity: number;
}

const legacy = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/;
const mixed = /^color\(srgb ([-\d.e]+) ([-\d.e]+) ([-\d.e]+)(?: \/ ([\d.e-]+))?\)$/;

const byte = (share: number): number => Math.min(255, Math.max(0, Math.round(share)));

/** A computed colour as plain `rgb(…)`. `null` if it is transparent or no colour, such as `none` or a gradient. */
export function plainColour(computed: string): PlainColour | null {
  const scale = mixed.test(computed) ? 255 : 1;
  const found = legacy.exec(computed) ?? mixed.exec(computed);
  if (!found) return null;
  const [red, green, blue] = [1, 2, 3].map((part) => byte(Number(found[part]) * scale));
  const opacity = found[4] === undefined ? 1 : Number(found[4]);
  return opacity > 0 ? { colour: `rgb(${red}, ${green}, ${blue})`, opacity } : null;
}
