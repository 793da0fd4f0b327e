import { type Level, underlines } from '../../shared/levels';

/**
 * The line below a token that says its level without its colour, for the style sheet: its width in pixels and its kind.
 */
export function underlined(level: Level): Readonly<Record<`--${string}`, string>> {
  const { style, width } = underlines[level];
  return { '--underline': `${width}px`, '--underline-style': style };
}
