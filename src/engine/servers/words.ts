// The words of a server in an error, and whether they may be shown: they may repeat what was sent.

const longestReason = 200;
/** A piece of this length that was sent and comes back counts as the user's text. */
const pieceLength = 12;

/**
 * The server's own words, cleaned and cut, or null if they may repeat what was sent: if they share a piece of 12
 * characters with it, or hold all of a shorter text. Letters and digits are compared alone too, since servers quote
 * with other spaces and signs. Escapes such as `\u00e9` could hide a text, and a row of numbers may be its
 * ids, so words with any of these are not shown.
 */
export function quotable(words: string, sent: readonly string[] | null): string | null {
  if (sent === null) return null;
  const clean = words
    .slice(0, 10_000)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const shown = clean.length > longestReason ? `${clean.slice(0, longestReason - 1).replace(/\p{Cs}$/u, '')}…` : clean;
  if (shown === '' || /\\|%[0-9a-f]{2}|&#|(\d+\D+){4}\d/i.test(shown)) return null;
  return repeats(shown, sent) ? null : shown;
}

/** Whether words share a piece with what was sent. */
export const repeats = (words: string, sent: readonly string[]): boolean =>
  [spaced, lettersAlone].some((form) => sent.some((text) => sharesPiece(form(words), form(text))));

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();
const lettersAlone = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

function sharesPiece(words: string, text: string): boolean {
  if (text === '') return false;
  if (text.length <= pieceLength) return words.includes(text);
  for (let at = 0; at + pieceLength <= words.length; at++)
    if (text.includes(words.slice(at, at + pieceLength))) return true;
  return false;
}

/**
 * Every text of a request, and its key. Null if the request holds ids: a server can write the text that they stand for,
 * which nothing here could recognise.
 */
export function textsIn(body: unknown, key: string | undefined): readonly string[] | null {
  const texts: string[] = key === undefined ? [] : [key];
  const collect = (value: unknown): boolean => {
    if (typeof value === 'string') texts.push(value);
    if (Array.isArray(value)) return false;
    return typeof value !== 'object' || value === null || Object.values(value).every(collect);
  };
  return collect(body) ? texts : null;
}

/** What an error's JSON says, in the forms of llama.cpp, vLLM, OpenAI and FastAPI. */
export function reasonIn(json: unknown): string | null {
  if (typeof json !== 'object' || json === null) return null;
  const { error, message, detail } = json as Record<string, unknown>;
  if (typeof error === 'object' && error !== null) return reasonIn(error);
  return [message, error, detail].find((one) => typeof one === 'string') ?? null;
}
