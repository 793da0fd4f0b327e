import type { Appended } from '../../shared/appended';
import { codePoints, isLowSurrogate } from '../../shared/codePoints';
import type { PanelOptions, Source } from '../../shared/panel';
import type { HowRead } from '../../shared/place';
import type { TextRequest, Range } from '../../shared/tokens';

/** A range of a document: its URI and UTF-16 offsets. */
export interface SubjectPlace extends Range {
  readonly uri: string;
}

/** A text to inspect: a copy from one version of its document. */
export interface Subject extends SubjectPlace {
  readonly version: number;
  /** The document's name, for a person. */
  readonly name: string;
  /** With what was appended to it. */
  readonly text: string;
  /** The text before, as far back as a context may reach. */
  readonly before: string;
  readonly appended?: Appended;
  readonly otherSelections: number;
  readonly wholeLine: boolean;
  /** What a chat template made of the text, and what was appended, if the numbers belong to that. */
  readonly rendered?: string;
}

/** Far more text than a context needs: a token is about four characters long. */
export const charactersPerToken = 64;

/** A change of a document in UTF-16 offsets of the document before it. */
export interface Edit extends Range {
  /** Length of the text that stands there now. */
  readonly length: number;
}

/**
 * Inspections with equal keys give equal numbers. `model` is the key of the load, `backends` counts changes of backend.
 */
export const keyOf = (subject: Subject, options: PanelOptions, model: unknown, backends: number): string =>
  JSON.stringify([
    subject.uri,
    subject.version,
    subject.start,
    subject.end,
    subject.appended?.tokens.map(({ id }) => id),
    ...(options.chat ? [options.chat] : [options.context && options.contextTokens, options.plain]),
    options.limit,
    model,
    backends,
  ]);

/**
 * The engine's request for a text. `vocabulary`: tokens of the model, which does not know the ids of a larger one.
 */
export const textRequest = (
  { text, before, rendered, appended }: Subject,
  { context, contextTokens, plain, limit }: Pick<PanelOptions, 'context' | 'contextTokens' | 'plain' | 'limit'>,
  vocabulary = Infinity,
): TextRequest & HowRead => ({
  text: rendered ?? text,
  ...(appended?.tokens.every(({ id }) => id < vocabulary) && {
    appended: {
      from: appended.from + (rendered ?? text).length - text.length,
      ids: appended.tokens.map(({ id }) => id),
    },
  }),
  plain: plain && rendered === undefined,
  limit,
  ...(context && rendered === undefined
    ? { context: cutFromEnd(before, contextTokens * charactersPerToken), contextTokens }
    : {}),
});

export const samePlace = (a: SubjectPlace | null, b: SubjectPlace): boolean =>
  a !== null && a.uri === b.uri && a.start === b.start && a.end === b.end;

/**
 * Where the range is after the edits, and whether its own text was changed (`touched`) or the text before it was
 * (`moved`). An insertion at one of its ends leaves its text as it was, unless the range `grows` at its end.
 */
export function follow(
  range: { readonly start: number; readonly end: number },
  edits: readonly Edit[],
  grows = false,
): { start: number; end: number; touched: boolean; moved: boolean } {
  let { start, end } = range;
  let [touched, moved] = [false, false];
  // From the last to the first, so that an edit does not move those that are still to come.
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
    const by = edit.length - (edit.end - edit.start);
    const isAtEnd = grows && edit.start === end;
    if (edit.end <= start && !isAtEnd) {
      start += by;
      end += by;
      moved = true;
    } else if (edit.start < end || isAtEnd) {
      touched = true;
      end = Math.max(edit.start + edit.length, end + by);
      start = Math.min(start, edit.start);
    }
  }
  return { start, end, touched, moved };
}

/** As much of a text as a tooltip wraps on a few lines. UTF-16 units. */
export const excerptLength = 400;

const sources = new WeakMap<Subject, Source>();
/** It counts the characters of the text once. */
export function sourceOf(subject: Subject): Source {
  const source = sources.get(subject) ?? described(subject);
  sources.set(subject, source);
  return source;
}

const described = ({ appended, ...subject }: Subject): Source => ({
  name: subject.name,
  uri: subject.uri,
  start: subject.start,
  end: subject.end,
  excerpt: cut(subject.text.slice(0, appended?.from), excerptLength),
  characters: codePoints(subject.text),
  otherSelections: subject.otherSelections,
  wholeLine: subject.wholeLine,
});

/** The beginning of a text, at most `most` UTF-16 units. A character is not split. */
function cut(text: string, most: number): string {
  const end = text.length > most && isLowSurrogate(text, most) ? most - 1 : most;
  return text.slice(0, end);
}

/** The end of a text, at most `most` UTF-16 units. A character is not split. */
export function cutFromEnd(text: string, most: number): string {
  const from = Math.max(0, text.length - most);
  return text.slice(from > 0 && isLowSurrogate(text, from) ? from + 1 : from);
}

/** Texts with equal fingerprints read the same: two hashes of 32 bits after FNV-1a, and the length. */
export function fingerprint(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return `${text.length}:${a}:${b}`;
}
