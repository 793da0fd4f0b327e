/** How many characters a part of a text has, as code points. Offsets in UTF-16 units; called for every token. */
export function codePoints(text: string, start = 0, end = text.length): number {
  let length = 0;
  for (let at = start; at < end; at++) if (!isLowSurrogate(text, at)) length++;
  return length;
}

/** Whether a character goes on here that began in the unit before. */
export const isLowSurrogate = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit < 0xe000 && before >= 0xd800 && before < 0xdc00;
};

/** At most so many characters: an ellipsis stands for what is cut. No picture can be saved with half a character. */
export function cutTo(most: number, text: string): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
}
