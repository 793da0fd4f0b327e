import { sixDigits } from './text';
import type { Answer } from './tool';

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
export async function fit(answer: Answer, { most: budget, count, origin, structured }: Budget): Promise<Fitted> {
  const longest = Math.max(0, ...Object.values(answer.rows));
  const print = (most: number): Fitted => ({
    text: [answer.words(most), leftOut(answer, most, origin)].filter((part) => part !== '').join('\n\n'),
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
function leftOut({ rows, less }: Answer, most: number, origin: string): string {
  const parts = Object.entries(rows)
    .filter(([, length]) => length > most)
    .map(([name, length]) => `${length - most} of ${length} ${name}`);
  if (parts.length === 0) return '';
  return [
    `Left out to fit the budget: ${parts.join(', ')}.`,
    ...(less === undefined ? [] : [`For whole lists, ${less}.`]),
    origin,
  ].join(' ');
}
