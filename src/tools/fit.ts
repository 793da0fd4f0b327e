import type { Answer } from './tool';

/** Counts a text in the caller's unit, such as the tokens of its language model. */
export type Count = (text: string) => number | PromiseLike<number>;

export interface Budget {
  readonly most: number;
  readonly count: Count;
  /** For the language model, a whole sentence: where the budget comes from and who can raise it. */
  readonly origin: string;
}

export const written = (answer: Answer): string => print(answer, longestIn(answer), '');

/**
 * The answer within a budget. It is cut at whole rows, as few as possible by bisection, and names what was left out.
 * If not even the words without rows fit, a sentence says so, and if that does not fit either the text is empty.
 */
export async function fit(answer: Answer, { most: budget, count, origin }: Budget): Promise<string> {
  const fits = async (text: string) => (await count(text)) <= budget;
  const whole = written(answer);
  if (await fits(whole)) return whole;
  let best: string | null = null;
  // A counter need not grow with the text, so only a text that was counted is returned.
  for (let [least, most] = [0, longestIn(answer) - 1]; least <= most;) {
    const middle = Math.ceil((least + most) / 2);
    const text = print(answer, middle, origin);
    if (await fits(text)) [best, least] = [text, middle + 1];
    else most = middle - 1;
  }
  if (best !== null) return best;
  for (const text of [
    `${answer.words(0)}\n\n${leftOut(answer, 0, origin)}`,
    `${tooSmall} ${origin}`,
    tooSmall,
    'Too long.',
  ])
    if (await fits(text)) return text;
  return '';
}

const tooSmall = 'The answer does not fit into the budget.';

const longestIn = ({ rows }: Answer): number => Math.max(0, ...Object.values(rows));

const print = (answer: Answer, most: number, origin: string): string =>
  [answer.words(most), leftOut(answer, most, origin), JSON.stringify(answer.json(most))]
    .filter((part) => part !== '')
    .join('\n\n');

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
