/** Unicode's White_Space, all of which has one unit. JavaScript's `\s` is another (U+0085, U+FEFF). */
const isSpace = (unit: string | undefined): boolean => unit !== undefined && /\p{White_Space}/u.test(unit);

/** Where the white space that begins at `from` ends. */
export function spaceEnd(text: string, from: number): number {
  let end = from;
  while (isSpace(text[end])) end++;
  return end;
}

/** Where the white space that ends at `to` begins, not before `least`. */
export function spaceStart(text: string, to: number, least = 0): number {
  let start = to;
  while (start > least && isSpace(text[start - 1])) start--;
  return start;
}
