import { paragraphs, rowsOf, sixDigits, visible } from './text';
import type { ToolAnswer } from './tool';

/** Counts a text in the caller's unit, such as the tokens of its language model. */
export type Count = (text: string) => number | PromiseLike<number>;

export interface Budget {
  readonly most: number;
  readonly count: Count;
  /** For the language model, a whole sentence: where the budget comes from and who can raise it. */
  readonly origin: string;
  /** The object goes beside the words, and counts too. */
  readonly structured?: true;
}

export interface Fitted {
  readonly text: string;
  /** The object as JSON; null if only words are wanted, and if not even the words without rows fit. */
  readonly json: string | null;
}

/**
 * The answer within a budget. It is cut at whole rows, as few as possible by bisection, and names what was left out.
 * If not even the words without rows fit, a sentence says so, and if that does not fit either the text is empty.
 */
export async function fit(answer: ToolAnswer, { most: budget, count, origin, structured }: Budget): Promise<Fitted> {
  const rows = new Map([...Object.entries(answer.more ?? {}), ...lengthsOf(answer.json(Infinity))]);
  const longest = Math.max(0, ...rows.values());
  const print = (most: number): Fitted => ({
    text: [wordsOf(answer, most), leftOut(rows, answer, most, origin)].filter((part) => part !== '').join('\n\n'),
    json: structured ? JSON.stringify(answer.json(most), brief) : null,
  });
  const fits = async ({ text, json }: Fitted) => (await count(text + (json ?? ''))) <= budget;
  const whole = print(longest);
  if (await fits(whole)) return whole;
  let best: Fitted | null = null;
  // A counter need not grow with the text, so only a text that was counted is returned.
  for (let [least, most] = [0, longest - 1]; least <= most;) {
    const middle = Math.ceil((least + most) / 2);
    const cut = print(middle);
    if (await fits(cut)) [best, least] = [cut, middle + 1];
    else most = middle - 1;
  }
  if (best) return best;
  for (const text of [`${tooSmall} ${origin}`, tooSmall, 'Too long.'])
    if (await fits({ text, json: null })) return { text, json: null };
  return { text: '', json: null };
}

const tooSmall = 'The answer does not fit into the budget.';

/** For `JSON.stringify`. */
const brief = (_: string, value: unknown): unknown => (typeof value === 'number' ? sixDigits(value) : value);

/** `Left out to fit the budget: 12 of 20 predictions. For whole lists, call again with a smaller top. …` */
function leftOut(rows: ReadonlyMap<string, number>, { less }: ToolAnswer, most: number, origin: string): string {
  const parts = [...rows]
    .filter(([, length]) => length > most)
    .map(([name, length]) => `${length - most} of ${length} ${name}`);
  if (parts.length === 0) return '';
  return [
    `Left out to fit the budget: ${parts.join(', ')}.`,
    ...(less === undefined ? [] : [`For whole lists, ${less}.`]),
    origin,
  ].join(' ');
}

/** The sentences of an answer, and its object as tables under their keys, with at most so many rows of each list. */
export function wordsOf({ said, json }: ToolAnswer, most: number): string {
  if (typeof said !== 'string') return said(most);
  const { model: _, ...numbers } = json(most) as { readonly model?: unknown };
  return paragraphs(said, ...tablesOf(numbers));
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isList = (value: unknown): value is readonly object[] =>
  Array.isArray(value) && (value.length === 0 || value.some(isObject));
const isPart = (value: unknown): value is object => isObject(value) && !Array.isArray(value);

/** An object's own values in a row, then its lists and parts, each below its key. */
function tablesOf(part: object, path = ''): readonly string[] {
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  const nested = Object.entries(part).filter(([, value]) => isList(value) || isPart(value));
  return [
    titled([ownValues(part)], path),
    ...nested.flatMap(([key, value]) =>
      isList(value)
        ? [
            titled(value.map(flat), below(key)),
            ...value.flatMap((row, at) =>
              tablesOf(listsOf(row), `${below(key)}${value.length > 1 ? ` ${nameOfRow(row, at)}` : ''}`),
            ),
          ]
        : tablesOf(value as object, below(key)),
    ),
  ].filter((table) => table !== '');
}

/** By the token of a row and its index, else by its place: `3 ·is`. */
function nameOfRow(row: object, at: number): string {
  const { index = at, text = '' } = row as { readonly index?: unknown; readonly text?: unknown };
  return `${String(index)} ${visible(String(text))}`.trimEnd();
}

const titled = (rows: readonly object[], path: string): string =>
  rows.some((row) => Object.keys(row).length > 0) ? rowsOf(rows, path === '' ? undefined : path) : '';

const ownValues = (part: object): object =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value !== null && !isList(value) && !isPart(value)));

const listsOf = (row: object): object =>
  Array.isArray(row) ? {} : Object.fromEntries(Object.entries(row).filter(([, value]) => isList(value)));

/** A row of a list, whose parts have columns of their own. */
const flat = (row: object): object =>
  Array.isArray(row)
    ? row
    : Object.fromEntries(
        Object.entries(row).flatMap(([key, value]): readonly (readonly [string, unknown])[] =>
          isPart(value)
            ? Object.entries(flat(value)).map(([own, inner]) => [`${key}.${own}`, inner] as const)
            : isList(value)
              ? []
              : [[key, value]],
        ),
      );

/** The rows of each list of an object, by its keys. */
function lengthsOf(part: object, path = ''): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(part).flatMap(([key, value]): readonly (readonly [string, number])[] => {
      const own = path === '' || Array.isArray(part) ? `${path}${Array.isArray(part) ? '' : key}` : `${path}.${key}`;
      if (!isObject(value)) return [];
      return [...(isList(value) ? [[own, value.length] as const] : []), ...lengthsOf(value, own)];
    }),
  );
}
