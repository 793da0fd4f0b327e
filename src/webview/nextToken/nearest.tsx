import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import type { Prediction } from '../../shared/engine';
import { degrees, size } from '../../shared/format';
import type { VocabularyToken } from '../../shared/tokens';
import { copiedRows } from '../parts/columns';
import { Copy } from '../parts/copy';
import { metricWords } from '../parts/metrics';
import { listedRows, TwoLists } from '../parts/twoLists';
import { type Words, words } from '../parts/words';
import { nearestAt, printedLength } from './sweep';

/** The tokens nearest to h by distance at one of its sizes. Distances are known only at its own. */
const byDistance = ({ nearest, lengths }: Prediction, at: number): readonly NearestRow[] =>
  at === lengths.actual
    ? nearest.euclidean.map(({ token, values }) => ({ token, value: values.euclidean }))
    : nearestAt(lengths, at).map((token) => ({ token, value: undefined }));

/** The tokens nearest to h by distance and by angle, in one line. */
export function nearestSummary({ nearest }: Pick<Prediction, 'nearest'>): Words {
  const [distance, angle] = [nearest.euclidean[0]?.token, nearest.cosine[0]?.token];
  return distance && angle
    ? words(l10n.t('Nearest to h: {0} by distance, {1} by angle'), distance, angle)
    : [l10n.t('Nearest to h')];
}

/** The list by distance, and that by angle. */
export const nearestTables = (prediction: Prediction, at: number) => {
  const { nearest, lengths } = prediction;
  const predicted = new Set(nearest.dot.map(({ token }) => token.id));
  const table = (rows: readonly NearestRow[], key: string, print: (value: number) => string) =>
    listedRows<NearestRow>(
      rows,
      [
        { key: 'id', value: ({ token }) => token.id },
        { key: '‖h‖', value: () => lengths.lengths[at] },
        { key, head: '', cells: 'quiet', value: ({ value }) => value ?? null, print },
      ],
      ({ token }) => ({ class: predicted.has(token.id) ? undefined : 'recedes' }),
    );
  return [
    table(byDistance(prediction, at), 'distance', size),
    table(
      nearest.cosine.map(({ token, angle }) => ({ token, value: angle })),
      'angle (degrees)',
      degrees,
    ),
  ] as const;
};

interface NearestProps {
  readonly prediction: Prediction;
  /** Index of the size that h is given. */
  readonly at: number;
  readonly chosen: number | undefined;
}

/** The tokens nearest to h by distance and by angle. Those outside the ten best by dot product are quiet. */
export function Nearest({ prediction, at, chosen }: NearestProps) {
  const [lit, setLit] = useState<number | null>(null);
  const { lengths, nearest } = prediction;
  const predicted = new Set(nearest.dot.map(({ token }) => token.id));
  const tables = nearestTables(prediction, at);
  const printed = printedLength(lengths, at);
  const { by } = metricWords('euclidean');
  return (
    <div class="nearest">
      <div class="row">
        <span class="at-end">
          <Copy name={l10n.t('Nearest to h')} tables={() => tables.map(copiedRows)} />
        </span>
      </div>
      <TwoLists
        label={l10n.t('Nearest to h')}
        heads={[at === lengths.actual ? by : `${by}, ‖h‖ ${printed}`, l10n.t('by {0}', l10n.t('angle'))]}
        tables={tables}
        chosen={chosen}
        lit={lit}
        onLight={setLit}
      />
      {tables.some(({ rows }) => rows.some(({ token }) => !predicted.has(token.id))) && (
        <p class="note">{l10n.t('Dim tokens are not among the ten best by dot product.')}</p>
      )}
    </div>
  );
}

interface NearestRow {
  readonly token: VocabularyToken;
  /** Model units, or degrees; undefined if it is not known. */
  readonly value: number | undefined;
}
