import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import type { Range } from '../tokens';

/** A message of a conversation, as a template gets it. */
export interface Message {
  readonly role: string;
  readonly content: string;
  /**
   * Where each UTF-16 unit of the content begins in the text that was read, and where the last one ends: one entry more
   * than units. An escape such as `\n` is one unit. Empty for a message that does not stand in that text.
   */
  readonly places: Uint32Array;
  /** Where the content goes on in another part of a list, with JSON between the two. In the order of the units. */
  readonly joints: readonly Joint[];
}

/** Between two parts of a content. */
export interface Joint {
  /** The unit of the content that begins the next part. */
  readonly unit: number;
  /** Where the part before it ends in the text that was read. */
  readonly end: number;
}

export interface Conversation {
  /** What the text was read as: a list of messages, an object that holds one, or one message of the user. */
  readonly form: 'list' | 'object' | 'text';
  /** At least one. */
  readonly messages: readonly Message[];
  /** Further lines, each a conversation of its own, that were not read. */
  readonly others: number;
}

/** How training files in the form of ShareGPT name the roles. */
const rolesOfTurns: Readonly<Record<string, string>> = { human: 'user', gpt: 'assistant', bot: 'assistant' };

/**
 * Reads a text as messages: a JSON array of `{role, content}`; one line of a training file, an object with `messages`
 * or with `conversations` of `{from, value}`; or any other text as one message of the user.
 */
export function readConversation(text: string): Conversation {
  const whole = readJson(text, 0, text.length);
  if (whole) return { ...whole, others: 0 };
  const lines = linesOf(text);
  const [first, ...rest] = lines.map(({ start, end }) => readJson(text, start, end));
  if (first && rest.every((line) => line !== null)) return { ...first, others: rest.length };
  const places = Uint32Array.from({ length: text.length + 1 }, (_, i) => i);
  return { form: 'text', messages: [{ role: 'user', content: text, places, joints: [] }], others: 0 };
}

/** The lines that hold something. */
function linesOf(text: string): Range[] {
  const lines: Range[] = [];
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g))
    if (line.trim() !== '') lines.push({ start: index, end: index + line.length });
  return lines;
}

function readJson(text: string, start: number, end: number): Omit<Conversation, 'others'> | null {
  const source = text.slice(start, end);
  if (!/^\s*[[{]/.test(source)) return null;
  const root = parsed(source);
  if (!root) return null;
  const form = root.type === 'array' ? 'list' : 'object';
  const list = form === 'list' ? root : (valueOf(root, 'messages') ?? valueOf(root, 'conversations'));
  if (list?.type !== 'array' || !list.children?.length) return null;
  const messages = list.children.map((node) => messageOf(node, source, start));
  return messages.every((message) => message !== null) ? { form, messages } : null;
}

/** Null if it is no JSON, and if it nests more deeply than the parser's stack allows. */
function parsed(source: string): Node | null {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(source, errors, { disallowComments: true, allowTrailingComma: false });
    return errors.length > 0 ? null : (root ?? null);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const valueOf = (node: Node, key: string): Node | undefined =>
  node.type === 'object'
    ? node.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1]
    : undefined;

function messageOf(node: Node, source: string, start: number): Message | null {
  const role = valueOf(node, 'role') ?? valueOf(node, 'from');
  const content = valueOf(node, 'content') ?? valueOf(node, 'value');
  if (role?.type !== 'string' || !content) return null;
  const strings = stringsOf(content);
  if (!strings) return null;
  const spoken = String(role.value);
  const read = strings.map((string) => unescaped(source, string, start));
  let unit = 0;
  const joints = read.slice(0, -1).map(({ places, end }): Joint => ({ unit: (unit += places.length), end }));
  return {
    role: (Object.hasOwn(rolesOfTurns, spoken) ? rolesOfTurns[spoken] : undefined) ?? spoken,
    content: read.map(({ value }) => value).join(''),
    places: Uint32Array.from([...read.flatMap(({ places }) => places), read.at(-1)?.end ?? start + content.offset]),
    joints,
  };
}

/** A content is a string, a list of parts that are all text, or null beside the calls of tools. */
function stringsOf(content: Node): readonly Node[] | null {
  if (content.type === 'string') return [content];
  if (content.type === 'null') return [];
  if (content.type !== 'array') return null;
  const texts = (content.children ?? []).map((part) => valueOf(part, 'text'));
  return texts.every((text) => text?.type === 'string') ? (texts as Node[]) : null;
}

/** A string of JSON and the offset of each of its units. The string is well formed. */
function unescaped(
  source: string,
  { offset, length, value }: Node,
  start: number,
): { readonly value: string; readonly places: readonly number[]; readonly end: number } {
  const places: number[] = [];
  const end = offset + length - 1;
  let at = offset + 1;
  while (at < end) {
    places.push(start + at);
    at += source[at] !== '\\' ? 1 : source[at + 1] === 'u' ? 6 : 2;
  }
  return { value: String(value), places, end: start + end };
}
