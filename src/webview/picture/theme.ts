import { plainColour } from './colour';

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
