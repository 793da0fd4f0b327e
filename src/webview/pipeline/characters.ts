import type { PanelState } from '../../shared/panel';
import { ownTokens } from '../../shared/place';

/** UTF-8 bytes 80 … BF continue a character. */
const continues = (byte: number): boolean => (byte & 0xc0) === 0x80;
/** UTF-8 leads from F0 on begin a character that takes two UTF-16 units. */
const units = (byte: number): number => (continues(byte) ? 0 : byte >= 0xf0 ? 2 : 1);

/**
 * Code points of the inspected text, counted in its tokens' bytes; null where these are not the whole text. They are
 * taken for it when none is missing and they make as many UTF-16 units as the text has.
 */
export function codePoints({ source, text }: Pick<PanelState, 'source' | 'text'>): number | null {
  if (!source || !text || text.notDrawn > 0) return null;
  const bytes = ownTokens(text).flatMap((token) => token.bytes);
  if (bytes.reduce((sum, byte) => sum + units(byte), 0) !== source.characters) return null;
  return bytes.filter((byte) => !continues(byte)).length;
}

/** How long the text is: in characters where they can be counted, else in the units the editor counts in. */
export function textLength(state: Pick<PanelState, 'source' | 'text'>): {
  readonly unit: 'character' | 'UTF-16 unit';
  readonly many: number;
} {
  const known = codePoints(state);
  return known === null
    ? { unit: 'UTF-16 unit', many: state.source?.characters ?? 0 }
    : { unit: 'character', many: known };
}
