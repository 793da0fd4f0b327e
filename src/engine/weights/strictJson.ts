import { damaged } from './cursor';

/** Enough for every file that is read this way: they bound time and memory, since each object takes many times its bytes. */
const deepest = 16;
const mostKeys = 2 ** 17;
const mostParts = 2 ** 19;

/**
 * JSON from UTF-8. Throws `EngineError('model-damaged')` where it is neither, where an object has a key twice (of which `JSON.parse` would
 * keep the last without a word), where it is nested more than 16 deep or holds more than any such file does. `what` names it: `header of model.safetensors`.
 */
export function strictJson(bytes: Uint8Array, what: string): unknown {
  const text = decode(bytes, what);
  checkObjects(text, what);
  return parse(text, what);
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw damaged(`The ${what} is not valid UTF-8`);
  }
}

const space = /[ \t\r\n]*/y;

/** Walks over braces, brackets and strings only: whatever else is wrong, `JSON.parse` finds. */
function checkObjects(text: string, what: string): void {
  /** Keys of the objects that are open; null for a list. */
  const open: (Set<string> | null)[] = [];
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '{' || sign === '[') {
      if (open.push(sign === '{' ? new Set() : null) > deepest) throw damaged(`The ${what} is nested more than ${deepest} deep`);
      if (++parts > mostParts) throw damaged(`The ${what} has more than ${mostParts} objects and lists`);
    } else if (sign === '}' || sign === ']') open.pop();
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

/** Where the string that begins here is over, −1 where it is not. A pattern would need a stack as deep as the string is long. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
  return -1;
}

function addKey(keys: Set<string>, written: string, what: string): void {
  const key = parse(written, what) as string;
  if (keys.has(key)) throw damaged(`The ${what} has the key ${key.slice(0, 80)} twice`);
  if (keys.size === mostKeys) throw damaged(`The ${what} has more than ${mostKeys} keys in one object`);
  keys.add(key);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(`The ${what} is not valid JSON`);
  }
}

/** Whether JSON has an object here. (Not valibot's records, which take lists for objects and leave out keys like `constructor`.) */
export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
