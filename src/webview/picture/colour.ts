export type Channels = readonly [red: number, green: number, blue: number];

/** The channels of a computed colour, 0 … 255; those of `other` if it is transparent. */
export function channelsOf(computed: string, other: Channels = [128, 128, 128]): Channels {
  const [red, green, blue] = plainColour(computed)?.colour.match(/\d+/g)?.map(Number) ?? other;
  return [red ?? other[0], green ?? other[1], blue ?? other[2]];
}

/** Calls `tell` at every change of the theme, until the returned function is called. */
export function watchTheme(tell: () => void): () => void {
  const themes = new MutationObserver(tell);
  themes.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] });
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => themes.disconnect();
}

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
