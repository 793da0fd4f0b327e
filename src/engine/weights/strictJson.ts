import { invalidField, repeatedField, wrongField } from './damaged';

const deepest = 16;

/** Limits for a file. They bound time and memory, since each object takes many times its bytes. */
export interface JsonBounds {
  /** Objects and lists. */
  readonly parts: number;
  /** Objects and lists, and the values in them. */
  readonly values: number;
}

/** Enough for every file that `strictJson` reads. */
const usual: JsonBounds = { parts: 2 ** 19, values: 2 ** 22 };
const mostKeys = 2 ** 17;

/**
 * Parses JSON from UTF-8. Throws `EngineError('model-damaged')` if it is neither, has a key twice in an object
 * (`JSON.parse` silently keeps the last), is nested more than 16 deep or exceeds the limits. `what` names it:
 * `model.safetensors: header`.
 */
export function strictJson(bytes: Uint8Array, what: string): unknown {
  checkBounds(bytes, what, usual);
  const text = decode(bytes, what);
  checkKeys(text, what);
  return parse(text, what);
}

/** The same for large files, without the search for repeated keys, which takes longer than everything else. */
export function boundedJson(bytes: Uint8Array, what: string, bounds: JsonBounds): unknown {
  checkBounds(bytes, what, bounds);
  return parse(decode(bytes, what), what);
}

const [quote, backslash, comma, openList, closeList, openObject, closeObject] = Array.from('"\\,[]{}', (sign) =>
  sign.charCodeAt(0),
);

/** Checks the limits before parsing. The counts are exact for valid JSON. Anything else fails in `JSON.parse`. */
function checkBounds(bytes: Uint8Array, what: string, most: JsonBounds): void {
  let [depth, parts, values, inString] = [0, 0, 0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === comma) values++;
    else if (byte === openList || byte === openObject) {
      if (++depth > deepest) throw wrongField(`${what} (depth)`, depth, `≤ ${deepest}`);
      if (++parts > most.parts) throw wrongField(`${what} ({…}, […])`, parts, `≤ ${most.parts}`);
    } else if (byte === closeList || byte === closeObject) depth--;
    if (values + parts > most.values) throw wrongField(`${what} (values)`, values + parts, `≤ ${most.values}`);
  }
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidField(what, 'UTF-8');
  }
}

const space = /[ \t\r\n]*/y;

/** Looks at braces, brackets and strings only. `JSON.parse` finds all other faults. */
function checkKeys(text: string, what: string): void {
  /** The keys of each open object; `null` for a list. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '{') open.push(new Set());
    else if (sign === '[') open.push(null);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === '"') {
      const end = endOfString(text, at);
      if (end < 0) return;
      space.lastIndex = end;
      space.exec(text);
      const keys = open.at(-1);
      if (keys && text[space.lastIndex] === ':') addKey(keys, text.slice(at, end), what);
      at = end - 1;
    }
  }
}

/**
 * End of the string that begins at `from`, or −1. A regular expression would need a stack as deep as the string is
 * long.
 */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
  return -1;
}

function addKey(keys: Set<string>, written: string, what: string): void {
  const key = parse(written, what) as string;
  if (keys.has(key)) throw repeatedField(`${what}: ${key.slice(0, 80)}`);
  if (keys.size === mostKeys) throw wrongField(`${what} (keys)`, mostKeys + 1, `≤ ${mostKeys}`);
  keys.add(key);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidField(what, 'JSON');
  }
}

/** The beginning of a JSON value, for an error. */
export const jsonStart = (value: unknown): string => JSON.stringify(value).slice(0, 40);

/** Whether a JSON value is an object. (valibot's records accept lists and drop keys like `constructor`.) */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
