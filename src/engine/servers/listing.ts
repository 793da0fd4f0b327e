import { outOfRange } from '../../shared/errors';
import { wrongAnswer } from './faults';
import type { ListedPosition, ListedRequest, ListedToken } from './modelServer';

/** Rounding of a server that computes in 16 bits. */
const slack = 0.02;
/** Servers write the logarithm of 0 as a number, since JSON has no infinity: vLLM −9,999, llama.cpp −3.4·10³⁸. */
const none = -9_000;

/** The next tokens after a position, best first, from what a server listed in some order. */
export function listedPosition(
  listed: readonly ListedToken[],
  next: number | null,
  { count, host }: { readonly count: number; readonly host: string },
): ListedPosition {
  const likeliest = listed
    .map((one) => ({ ...one, logProbability: logProbability(one.logProbability, host) }))
    .filter(({ logProbability }) => logProbability > none)
    .sort((a, b) => b.logProbability - a.logProbability || a.id - b.id)
    .slice(0, count);
  const { size } = new Set(likeliest.map(({ id }) => id));
  if (size < likeliest.length) throw wrongAnswer(host, 'tokens', likeliest.length, `≤ ${size}`);
  const sum = likeliest.reduce((sum, one) => sum + Math.exp(one.logProbability), 0);
  if (sum > 1 + slack) throw wrongAnswer(host, 'Σ p', sum, '≤ 1');
  const known = next === null ? null : logProbability(next, host);
  return { likeliest, next: known !== null && known > none ? known : null };
}

function logProbability(value: number, host: string): number {
  if (!Number.isFinite(value) || value > slack) throw wrongAnswer(host, 'log p', value, '≤ 0');
  return Math.min(0, value);
}

export function checkListed(ids: readonly number[], { first, count }: ListedRequest): void {
  if (!Number.isInteger(first) || first < 0 || first >= ids.length)
    throw outOfRange('first', first, `0 to ${ids.length - 1}`);
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw outOfRange('count', count, '1 to 1000');
}
