import * as l10n from '@vscode/l10n';
import { least, minIndex, sum } from 'd3-array';
import type { Alternative, ContinuationStep } from '../../shared/continuation';
import { bits, count, fixed, probability } from '../../shared/format';
import { pathsApart, type ContinuedPath } from '../../shared/instruments';
import type { NamedToken } from '../../shared/tokens';
import { tokenCount } from '../parts/numbers';
import { rowStep } from '../parts/roving';
import { words, type Words } from '../parts/words';

/** Steps that paths share, or that one has alone, and what they fork into: first the path itself, then the others. */
export interface Branch {
  readonly path: ContinuedPath;
  /** Its steps from `from` on, before `to`. */
  readonly from: number;
  readonly to: number;
  readonly forks: readonly Branch[];
}

const idAt = ({ steps }: ContinuedPath, at: number): number | undefined => steps[at]?.token.id;
/** Which way a path goes. Its last step is its own, so that it can be chosen where another path goes on. */
const wayAt = (path: ContinuedPath, at: number): string => `${idAt(path, at)} ${at === path.steps.length - 1}`;

/** The paths as a tree; null if there are none. */
export function treeOf(all: readonly ContinuedPath[]): Branch | null {
  const paths = pathsApart(all);
  return paths.length === 0 ? null : branchFrom(paths, 0);
}

function branchFrom(paths: readonly ContinuedPath[], from: number): Branch {
  const [path] = paths as readonly [ContinuedPath];
  let to = from;
  while (to < path.steps.length && paths.every((one) => wayAt(one, to) === wayAt(path, to))) to++;
  const firsts = paths.length > 1 ? [...new Set(paths.map((one) => wayAt(one, to)))] : [];
  const forks = firsts.map((way) =>
    branchFrom(
      paths.filter((one) => wayAt(one, to) === way),
      to,
    ),
  );
  return { path, from, to, forks };
}

/** The paths as they stand below each other. A step is its index among all that are drawn: a shared one is one. */
export function pathRows({ from, to, forks }: Branch, before: readonly number[] = [], next = { index: 0 }): number[][] {
  const steps = [...before, ...Array.from({ length: to - from }, () => next.index++)];
  return forks.length === 0 ? [steps] : forks.flatMap((fork) => pathRows(fork, steps, next));
}

/** All steps in the order in which they are drawn. */
export const drawnSteps = ({ path, from, to, forks }: Branch): readonly OpenStep[] => [
  ...Array.from({ length: to - from }, (_, at) => ({ path: path.id, step: from + at })),
  ...forks.flatMap(drawnSteps),
];

/** A step of a path, from 0. */
export interface OpenStep {
  readonly path: number;
  readonly step: number;
}

/** Where a key leads: along the path, or to the path above or below, where that is another. null for other keys. */
export function stepInTree(key: string, at: number, rows: readonly (readonly number[])[]): number | null {
  const line = rows.findIndex((row) => row.includes(at));
  const row = rows[line] ?? [];
  const along = rowStep(key, row.indexOf(at), row.length);
  if (along !== null) return row[along] ?? at;
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return null;
  const other = rows[line + (key === 'ArrowDown' ? 1 : -1)];
  if (!other) return at;
  const fork = key === 'ArrowDown' ? other.findIndex((one) => !row.includes(one)) : 0;
  return other[Math.min(Math.max(row.indexOf(at), fork), other.length - 1)] ?? at;
}

/** How far the likeliest token leads the second, logits as the softmax sees them; Infinity without a second. */
export const firstLead = ({ alternatives: [first, second] }: ContinuationStep): number =>
  first && second ? first.logit - second.logit : Infinity;

/** The second token is at least half as likely as the first. */
export const isNear = (step: ContinuationStep): boolean => firstLead(step) < Math.LN2;

/** Whether one of the paths goes this way at a step of another. */
export const isTaken = (paths: readonly ContinuedPath[], { steps }: ContinuedPath, at: number, id: number): boolean =>
  paths.some(
    (one) => idAt(one, at) === id && steps.slice(0, at).every(({ token }, step) => token.id === idAt(one, step)),
  );

/** Surprisal under the model's own probability, bits. */
export const stepBits = ({ probability: p }: Alternative): number => -Math.log2(p);

/** Sum of the first `length` steps, bits. */
export const bitsOf = ({ steps }: ContinuedPath, length = steps.length): number =>
  sum(steps.slice(0, length), stepBits);

/** `greedy`, `seed 7`, or for a branch `·can at 7`. */
export function pathName({ steps, seed, branched }: ContinuedPath): Words {
  const token = branched === null ? undefined : steps[branched]?.token;
  if (token && branched !== null) return words(l10n.t('{0} at {1}'), token, count(branched + 1));
  return [seed === null ? l10n.t('greedy') : l10n.t('seed {0}', String(seed))];
}

/** The likeliest of several paths over one length, or the nearest call on one, and what the other side of it costs. */
export function continuationFinding(all: readonly ContinuedPath[]): Words {
  const paths = pathsApart(all.filter(({ steps }) => steps.length > 0));
  const [only, other] = paths;
  if (!only) return [l10n.t('Let the model go on, and see where the text could have gone another way.')];
  if (other) {
    const length = Math.min(...paths.map(({ steps }) => steps.length));
    const sums = paths.map((path) => bitsOf(path, length));
    const best = minIndex(sums);
    const rest = paths.map((_, at) => at).filter((at) => at !== best);
    const next = least(rest, (at) => sums[at] ?? NaN) ?? 0;
    return words(
      l10n.t('Over {0}, {1} is likeliest: {2} bits, against {3} for {4}.'),
      ...[
        tokenCount(length),
        pathName(paths[best] ?? only),
        bits(sums[best]),
        bits(sums[next]),
        pathName(paths[next] ?? other),
      ],
    );
  }
  const at = minIndex(only.steps, firstLead);
  const [first, second] = only.steps[at]?.alternatives ?? [];
  if (!first || !second) return [];
  const step = count(at + 1);
  const cost = Math.log2(first.probability / second.probability);
  return firstLead(only.steps[at] as ContinuationStep) < Math.LN2
    ? words(
        l10n.t('The nearest call is step {0}: {1} ({2}) before {3} ({4}), which costs {5} bits more.'),
        ...[
          step,
          first.token,
          probability(first.probability),
          second.token,
          probability(second.probability),
          bits(cost),
        ],
      )
    : words(
        l10n.t('No step is a near call. At the nearest, step {0}, {1} is {2} times as likely as {3}.'),
        ...[step, first.token, fixed(2 ** cost, 1), second.token],
      );
}

/**
 * Where the text can go on: a token, as it is asked for. A branch becomes as long as its path, but `wanted` tokens if
 * that one is shorter because it was stopped, still grows, or came to an end.
 */
export const forkAt = (
  { id: path, steps, ended }: ContinuedPath,
  step: number,
  { id }: NamedToken,
  wanted: number,
) => ({
  from: { path, step, id },
  count: (ended === 'count' ? steps.length : Math.max(steps.length, wanted)) - step - 1,
});
