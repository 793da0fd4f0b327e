import * as v from 'valibot';
import type { Token } from '../../shared/tokens';
import type { Span } from './tokensAt';

/** The tokens of a hover's link. */
export interface Linked {
  /** The index of its first token in the inspection. */
  readonly position: number;
  /** The hover's characters, UTF-16 offsets into the inspected text. */
  readonly span: Span;
}

const whole = v.pipe(v.number(), v.safeInteger());
const counted = v.pipe(whole, v.minValue(0));
/** The first token's position, the span's start and end, and the ids of all tokens. */
const form = v.tupleWithRest([counted, whole, whole, counted], counted);

/** The arguments of a link: the tokens of its hover. */
export const linkArguments = (tokens: readonly [Token, ...Token[]], { start, end }: Span): readonly number[] => [
  tokens[0].index,
  start,
  end,
  ...tokens.map(({ id }) => id),
];

/**
 * Finds a link's tokens among the present ones. `null` if its arguments are malformed, or if other tokens are there
 * now: a hover may outlive its inspection.
 */
export function linkedIn(tokens: readonly Token[], given: readonly unknown[]): Linked | null {
  const read = v.safeParse(form, given);
  if (!read.success) return null;
  const [position, start, end, ...ids] = read.output;
  const [first, last] = [tokens[position], tokens[position + ids.length - 1]];
  if (!first || !last || ids.some((id, at) => tokens[position + at]?.id !== id)) return null;
  return first.start <= start && start < end && end <= last.end ? { position, span: { start, end } } : null;
}
