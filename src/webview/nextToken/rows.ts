import type { LengthSweep, Prediction } from '../../shared/engine';
import { plainToken } from '../../shared/glyphs';

type Rows = readonly (readonly (string | number)[])[];

/**
 * What is copied of the nearest to h: both lists one below the other. At another length than its own the distances are
 * not known.
 */
export function nearestRows({ nearest, lengths }: Prediction, at: number): Rows {
  const length = lengths.lengths[at] ?? '';
  const byDistance =
    at === lengths.actual
      ? nearest.euclidean.map(({ token, values }) => ({ token, value: values.euclidean }))
      : (lengths.nearest[at] ?? []).map((token) => ({ token, value: '' }));
  return [
    ['by', 'rank', 'id', 'token', '‖h‖', 'distance', 'angle (degrees)'],
    ...byDistance.map(({ token, value }, row) => ['distance', row + 1, token.id, plainToken(token), length, value, '']),
    ...nearest.cosine.map(({ token, angle }, row) => [
      'angle',
      row + 1,
      token.id,
      plainToken(token),
      length,
      '',
      angle,
    ]),
  ];
}

/** What is copied of the lengths: what the list by distance shares with the two others, and its first token. */
export const lengthRows = ({ lengths, sharedWithDot, sharedWithCosine, nearest }: LengthSweep): Rows => [
  ['‖h‖', 'shared with dot product', 'shared with cosine', 'nearest by distance'],
  ...lengths.map((length, at) => {
    const first = nearest[at]?.[0];
    return [length, sharedWithDot[at] ?? '', sharedWithCosine[at] ?? '', first ? plainToken(first) : ''];
  }),
];
