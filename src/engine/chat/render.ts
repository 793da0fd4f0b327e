import { Interpreter, Template } from '@huggingface/jinja';
import {
  longestRendered,
  type ChatBand,
  type ChatPiece,
  type ContentFinding,
  type RenderedChat,
} from '../../shared/chat/rendered';

/** A message as templates read it. */
export interface SaidByTemplate {
  readonly role: string;
  readonly content: string;
}

export interface RenderRequest {
  readonly template: string;
  readonly messages: readonly SaidByTemplate[];
  /** Asks the model to answer: ends with the beginning of its turn. */
  readonly generationPrompt: boolean;
  /** The spelling of control tokens, as templates name them: `bos_token`, `eos_token`. */
  readonly tokens: Readonly<Record<string, string>>;
}

export class TooLong extends Error {}
export class TooLarge extends Error {}

/**
 * UTF-16 units of a text on its way through a template. Rendered texts are far shorter, and V8 lets a single large text
 * take several times the memory that the process may have.
 */
const longestValue = 2 ** 22;

const { evaluate } = Interpreter.prototype;
// `Template` makes its own interpreter, so there is no other place to look at each value.
Interpreter.prototype.evaluate = function (...given) {
  const result = evaluate.apply(this, given);
  const value: unknown = result.value;
  if (typeof value === 'string' && value.length > longestValue) throw new TooLarge();
  return result;
};

/** The template cannot be parsed, for the reason in `cause`. */
export class Unreadable extends Error {}

/** Milliseconds for what is found out beside the text. What is not found by then is left open. */
const mostForParts = 500;

type Render = (messages: readonly SaidByTemplate[], generationPrompt: boolean) => string;

/**
 * Renders a conversation with the model's own template, by the settings of the library `transformers`, and finds out
 * which parts of the text are content. Throws what the template raises. `now`: milliseconds.
 */
export function renderChat(
  { template, messages, generationPrompt, tokens }: RenderRequest,
  now: () => number = () => performance.now(),
): RenderedChat {
  const until = now() + mostForParts;
  const isLate = () => now() > until;
  const parsed = parsedTemplate(template);
  const render: Render = (said, add) =>
    parsed.render({ ...tokens, messages: said, add_generation_prompt: add, tools: null, documents: null });
  const text = render(messages, generationPrompt);
  if (text.length > longestRendered) throw new TooLong();
  const { pieces, changed } = piecesOf((said) => render(said, generationPrompt), messages, text, isLate);
  const { whole, trimmed } = withWhiteSpace(pieces, messages, text);
  const found = new Set(pieces.map(({ message }) => message));
  const findings = messages.flatMap(({ content }, message): ContentFinding[] => {
    if (changed.has(message)) return [{ kind: 'changed', message }];
    if (content.trim() === '') return [];
    if (!found.has(message)) return [{ kind: 'dropped', message }];
    return trimmed.has(message) ? [{ kind: 'trimmed', message }] : [];
  });
  const added = addedBefore(render, messages, { text, pieces: whole, first: tokens['bos_token'] ?? '' });
  return {
    text,
    pieces: whole,
    bands: bandsOf((said) => render(said, false), messages, { text, generationPrompt, isLate }),
    findings: [...(added ? [added] : []), ...findings],
  };
}

function parsedTemplate(template: string): Template {
  try {
    return new Template(template);
  } catch (cause) {
    throw new Unreadable('The template cannot be parsed.', { cause });
  }
}

/** Characters for private use that stand in no conversation of a person. */
const [begin, end] = ['\u{f0001}', '\u{f0002}'];
const mark = (message: number): string => `${begin}${message}${end}`;
const marks = /\u{f0001}(\d+)\u{f0002}/gu;

/** The part of a content that stands between marks: not the white space at its ends, unless it is nothing else. */
function innerOf(content: string): { readonly start: number; readonly end: number } {
  if (content.trim() === '') return { start: 0, end: content.length };
  return { start: content.length - content.trimStart().length, end: content.trimEnd().length };
}

/** Content between marks. White space at its ends stays outside, since templates take it off. */
function marked({ role, content }: SaidByTemplate, message: number): SaidByTemplate {
  if (content === '') return { role, content };
  const { start, end: last } = innerOf(content);
  const inner = mark(message) + content.slice(start, last) + mark(message);
  return { role, content: content.slice(0, start) + inner + content.slice(last) };
}

interface Found {
  readonly pieces: ChatPiece[];
  /** Messages whose marks change what the template writes, or do not come in pairs. */
  readonly changed: ReadonlySet<number>;
}

/**
 * Renders with marks around all contents. Without the marks it must be the same text; else around one content after
 * the other, until it is late.
 */
function piecesOf(
  render: (messages: readonly SaidByTemplate[]) => string,
  messages: readonly SaidByTemplate[],
  text: string,
  isLate: () => boolean,
): Found {
  const isBlank = ({ content }: SaidByTemplate) => content.trim() === '';
  // A template that takes white space off would leave it between marks.
  for (const marksBlanks of messages.some(isBlank) ? [true, false] : [true]) {
    const mostly = messages.map((said, i) => (isBlank(said) && !marksBlanks ? said : marked(said, i)));
    const all = tried(() => unmarked(render(mostly), messages));
    if (all?.text === text) return unchanged(all.pieces, all.torn, messages, text);
  }
  const [pieces, torn] = [[] as ChatPiece[], [] as number[]];
  for (const message of messages.keys()) {
    const one = isLate()
      ? null
      : tried(() => unmarked(render(messages.map((said, i) => (i === message ? marked(said, i) : said))), messages));
    if (one?.text === text && one.torn.length === 0) pieces.push(...one.pieces);
    else if (!isBlank(messages[message] as SaidByTemplate)) torn.push(message);
  }
  return unchanged(
    pieces.sort((a, b) => a.start - b.start),
    torn,
    messages,
    text,
  );
}

/** The pieces that still read as their content does, and the messages of the others. */
function unchanged(
  pieces: readonly ChatPiece[],
  torn: readonly number[],
  messages: readonly SaidByTemplate[],
  text: string,
): Found {
  const isSame = ({ message, start, end }: ChatPiece) => {
    const content = messages[message]?.content ?? '';
    const inner = innerOf(content);
    return text.slice(start, end) === content.slice(inner.start, inner.end);
  };
  const others = pieces.filter((piece) => !isSame(piece)).map(({ message }) => message);
  return { pieces: pieces.filter(isSame), changed: new Set([...torn, ...others]) };
}

/** A template may raise an error because of the marks alone. */
function tried<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

interface Unmarked {
  readonly text: string;
  readonly pieces: ChatPiece[];
  /** Messages with one mark and not the other. */
  readonly torn: readonly number[];
}

function unmarked(text: string, messages: readonly SaidByTemplate[]): Unmarked {
  const pieces: ChatPiece[] = [];
  const open = new Map<number, number>();
  let [plain, last] = ['', 0];
  for (const { 0: all, 1: number, index } of text.matchAll(marks)) {
    plain += text.slice(last, index);
    last = index + all.length;
    const message = Number(number);
    const start = open.get(message);
    if (start === undefined) open.set(message, plain.length);
    else {
      pieces.push({ message, start, end: plain.length, from: innerOf(messages[message]?.content ?? '').start });
      open.delete(message);
    }
  }
  return { text: plain + text.slice(last), pieces, torn: [...open.keys()] };
}

/** Pieces with the white space at the ends of their content, where the template kept it. */
function withWhiteSpace(
  pieces: readonly ChatPiece[],
  messages: readonly SaidByTemplate[],
  text: string,
): { readonly whole: ChatPiece[]; readonly trimmed: ReadonlySet<number> } {
  const trimmed = new Set<number>();
  const whole = pieces.map((piece) => {
    const content = messages[piece.message]?.content ?? '';
    const before = content.slice(0, piece.from);
    const after = content.slice(innerOf(content).end);
    const hasBefore = text.slice(0, piece.start).endsWith(before);
    const hasAfter = text.startsWith(after, piece.end);
    if (!hasBefore || !hasAfter) trimmed.add(piece.message);
    return {
      ...piece,
      ...(hasBefore && { start: piece.start - before.length, from: 0 }),
      ...(hasAfter && { end: piece.end + after.length }),
    };
  });
  return { whole, trimmed };
}

/** Characters that may be rendered to find the parts of all messages, which takes some half of a second. */
const mostForBands = 2 ** 26;

interface Whole {
  readonly text: string;
  readonly generationPrompt: boolean;
  readonly isLate: () => boolean;
}

/**
 * The part of each message: what a conversation that ends with it has more than one that ends before it. None of a
 * conversation that is too long to be rendered once a message, or where it is late.
 */
function bandsOf(
  render: (messages: readonly SaidByTemplate[]) => string,
  messages: readonly SaidByTemplate[],
  { text, generationPrompt, isLate }: Whole,
): ChatBand[] {
  if (messages.length * text.length > mostForBands) return [];
  const bands: ChatBand[] = [];
  let start = 0;
  for (const [message, { role }] of messages.entries()) {
    const isLast = message === messages.length - 1;
    if (isLate()) return [];
    const upTo = isLast && !generationPrompt ? text : tried(() => render(messages.slice(0, message + 1)));
    if (upTo === null || !text.startsWith(upTo) || upTo.length < start) return [];
    bands.push({ message, role, start, end: upTo.length });
    start = upTo.length;
  }
  if (start < text.length) bands.push({ message: null, role: 'assistant', start, end: text.length });
  return bands;
}

interface Beginning {
  readonly text: string;
  readonly pieces: readonly ChatPiece[];
  /** The spelling of the token that begins a text. */
  readonly first: string;
}

/**
 * The text of its own that the template writes before the first message: what stands there more than before a later
 * message of the same role. A first message of the system may be set into such a text, so nothing is said of it.
 */
function addedBefore(render: Render, messages: readonly SaidByTemplate[], { text, pieces, first }: Beginning) {
  const [said] = messages;
  const piece = pieces[0];
  if (!said || said.role === 'system' || piece?.message !== 0) return null;
  const other = { role: said.role === 'assistant' ? 'user' : 'assistant', content: 'x' };
  const later = tried(() => render([said, other, { role: said.role, content: mark(2) }], false));
  const earlier = tried(() => render([said, other], false));
  if (later === null || earlier === null || !later.startsWith(earlier)) return null;
  const usual = later.slice(earlier.length, later.indexOf(begin, earlier.length));
  const before = text.slice(0, piece.start);
  const end = before.length - usual.length;
  const more = before.slice(before.startsWith(first) ? first.length : 0, end);
  return before.endsWith(usual) && /\p{L}/u.test(more) ? ({ kind: 'added', start: 0, end } as const) : null;
}
