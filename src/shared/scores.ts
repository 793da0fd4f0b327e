import { maxIndex, minIndex } from 'd3-array';
import { headNumber, type HeadScores } from './attention';
import type { DataColumn } from './columns';
import { logitDifference } from './difference';
import { capitalised, count, degrees, fixed, percent, signed, valued } from './format';
import { angleOfCosine } from './metrics';
import type { NamedToken } from './tokens';
import type { Translator } from './translator';
import { words, type Words } from './words';

/** The visible keys that are first by each ruler: the weight, the distance and the angle. */
export interface FirstKeys {
  readonly most: number;
  /** By the weight, after the first; the first where no other is visible. */
  readonly second: number;
  readonly nearest: number;
  readonly aligned: number;
}

export function firstKeys({ weights, distance, cosine, firstVisible }: HeadScores): FirstKeys {
  const [seen, apart] = [cosine.subarray(firstVisible), distance.subarray(firstVisible)];
  const most = maxIndex(weights);
  const others = weights.subarray(firstVisible).map((weight, at) => (firstVisible + at === most ? -1 : weight));
  return {
    most,
    second: firstVisible + maxIndex(others),
    nearest: firstVisible + minIndex(apart),
    aligned: firstVisible + maxIndex(seen),
  };
}

/** A key that a head meets, or several that are not listed one by one, whose weights are summed. */
export interface ScoreRow {
  readonly token: NamedToken | null;
  /** Keys of the row: 1 for one with a token. */
  readonly count: number;
  /** Of a row with one key. */
  readonly position?: number;
  /** Its score, if it is the head's sink, which has no key. */
  readonly sink?: number;
  readonly weight: number;
}

/** Keys that are listed unless all are asked for. */
export const leadingKeys = 12;

/** The keys with the largest weights, those that are first by another ruler, and the others in one row. */
export function scoreRows(scores: HeadScores, tokens: readonly NamedToken[], most = leadingKeys): ScoreRow[] {
  const { weights } = scores;
  const byWeight = Array.from(weights.keys()).sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  const { nearest, aligned } = firstKeys(scores);
  const listed = new Set([...byWeight.slice(0, most), nearest, aligned]);
  const rows: ScoreRow[] = byWeight
    .filter((position) => listed.has(position))
    .map((position) => ({ token: tokens[position] ?? null, count: 1, position, weight: weights[position] as number }));
  const others = byWeight.filter((position) => !listed.has(position));
  const weight = others.reduce((sum, position) => sum + (weights[position] as number), 0);
  if (others.length > 0) rows.push({ token: null, count: others.length, weight });
  return scores.sink === undefined
    ? rows
    : [...rows, { token: null, count: 0, sink: scores.sink, weight: 1 - weights.reduce((all, one) => all + one, 0) }];
}

/** A key that the window hides has no score: −∞ for softmax, null for all who read it. */
export const knownScore = (score: number | undefined): number | null | undefined =>
  score === -Infinity ? null : score;

/** What is known of each key, with the score without position where positions turn anything. */
export function scoreColumns(scores: HeadScores, l10n: Translator): readonly DataColumn<ScoreRow>[] {
  const of =
    (values: Float64Array) =>
    ({ position }: ScoreRow) =>
      knownScore(position === undefined ? undefined : values[position]);
  const angles = scores.cosine.map((cosine) => angleOfCosine(cosine));
  return [
    { key: 'position', value: ({ position }) => position },
    {
      key: 'key',
      head: l10n.t('key'),
      value: ({ token, sink, count: summed }) =>
        token ?? (sink === undefined ? l10n.t('{0} others', count(summed)) : l10n.t('sink, a score without a key')),
    },
    { key: 'size of the key', head: '‖k‖', value: of(scores.k), print: (value) => fixed(value, 2) },
    { key: 'angle (degrees)', head: l10n.t('angle'), value: of(angles), print: degrees },
    { key: 'distance', head: l10n.t('distance'), value: of(scores.distance), print: (value) => fixed(value, 2) },
    { key: 'score', head: l10n.t('score'), value: (row) => row.sink ?? of(scores.score)(row), print: signed },
    ...(scores.rotates
      ? [
          {
            key: 'score without position',
            head: l10n.t('without position'),
            value: of(scores.unrotated),
            print: signed,
          },
        ]
      : []),
    { key: 'weight', head: l10n.t('weight'), value: ({ weight }) => weight, print: (value) => fixed(value, 3) },
  ];
}

/**
 * Where a head looks, where it would look by the other rulers, and what makes its key win over the second: size or
 * angle, by which the difference of the two scores is taken apart as that of two logits.
 */
export function scoresFinding(scores: HeadScores, tokens: readonly NamedToken[], l10n: Translator): Words {
  const { weights, q, k, cosine, scale, cap, unrotated, rotates } = scores;
  const { most, second, nearest, aligned } = firstKeys(scores);
  const named = (position: number): NamedToken | string => tokens[position] ?? String(position + 1);
  const looks = words(
    l10n.t('{0} looks at {1} ({2})'),
    capitalised(valued(l10n.t('head'), headNumber(scores))),
    named(most),
    fixed(weights[most], 2),
  );
  if (weights.length - scores.firstVisible === 1) return words(l10n.t('{0}, the only key'), looks);
  const rulers =
    nearest === most && aligned === most
      ? words(l10n.t('{0}: its key is also the nearest and the best aligned'), looks)
      : nearest === aligned
        ? words(l10n.t('{0}. By distance and by angle it would look at {1}'), looks, named(nearest))
        : words(
            l10n.t('{0}. By distance it would look at {1}, by angle at {2}'),
            looks,
            named(nearest),
            named(aligned),
          );
  const { angle, size } = logitDifference({
    logits: [0, 0],
    hiddenSize: q * scale,
    sizes: [k[most] as number, k[second] as number],
    cosines: [cosine[most] as number, cosine[second] as number],
    biases: [0, 0],
  });
  const lead = words(
    cap === null
      ? l10n.t('{0}. Its score is {1} above that of {2}: {3} by size and {4} by angle')
      : l10n.t('{0}. Before the cap its score is {1} above that of {2}: {3} by size and {4} by angle'),
    rulers,
    fixed(angle + size, 2),
    named(second),
    signed(size),
    signed(angle),
  );
  const without = maxIndex(unrotated);
  return rotates && without !== most
    ? words(l10n.t('{0}. Without position it would look at {1}'), lead, named(without))
    : lead;
}

/** Of how many heads the key with the largest weight is not the nearest, and not the best aligned. */
export function elsewhereFinding(
  cells: readonly { readonly most: number; readonly nearest: number; readonly aligned: number }[],
  l10n: Translator,
): string {
  const by = (ruler: 'nearest' | 'aligned') => cells.filter((cell) => cell[ruler] !== cell.most).length;
  const [distance, angle] = [by('nearest'), by('aligned')];
  return l10n.t(
    'rulers that choose another key: of {0} heads {1} ({2}) would look elsewhere by distance, and {3} ({4}) by angle',
    ...[count(cells.length), count(distance), percent((100 * distance) / cells.length)],
    ...[count(angle), percent((100 * angle) / cells.length)],
  );
}
