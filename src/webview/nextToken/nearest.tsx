import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import type { DataRows } from '../../shared/columns';
import type { Prediction } from '../../shared/engine';
import { degrees, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { VocabularyToken } from '../../shared/tokens';
import type { Actions } from '../actions';
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

/** Both lists for the clipboard, one below the other. */
export function nearestRows(prediction: Prediction, at: number): DataRows {
  const length = prediction.lengths.lengths[at] ?? '';
  const row = (by: string, index: number, token: VocabularyToken, ...values: readonly (string | number)[]) => [
    by,
    index + 1,
    token.id,
    plainToken(token),
    length,
    ...values,
  ];
  return [
    ['by', 'rank', 'id', 'token', '‖h‖', 'distance', 'angle (degrees)'],
    ...byDistance(prediction, at).map(({ token, value = '' }, index) => row('distance', index, token, value, '')),
    ...prediction.nearest.cosine.map(({ token, angle }, index) => row('angle', index, token, '', angle)),
  ];
}

/** The tokens nearest to h by distance and by angle, in one line. */
export function nearestSummary({ nearest }: Pick<Prediction, 'nearest'>): Words {
  const [distance, angle] = [nearest.euclidean[0]?.token, nearest.cosine[0]?.token];
  return distance && angle
    ? words(l10n.t('Nearest to h: {0} by distance, {1} by angle'), distance, angle)
    : [l10n.t('Nearest to h')];
}

interface NearestProps {
  readonly prediction: Prediction;
  /** Index of the size that h is given. */
  readonly at: number;
  readonly chosen: number | undefined;
  readonly onChoose: (id: number) => void;
  readonly act: Actions;
}

/** The tokens nearest to h by distance and by angle. Those outside the ten best by dot product are quiet. */
export function Nearest({ prediction, at, chosen, onChoose, act }: NearestProps) {
  const [lit, setLit] = useState<number | null>(null);
  const { nearest, lengths } = prediction;
  const predicted = new Set(nearest.dot.map(({ token }) => token.id));
  const lists = [
    byDistance(prediction, at),
    nearest.cosine.map(({ token, angle }) => ({ token, value: angle })),
  ] as const;
  const tableOf = (side: 0 | 1) =>
    listedRows<NearestRow>(
      lists[side],
      [{ head: '', cells: 'quiet', value: ({ value }) => value ?? null, print: side === 0 ? size : degrees }],
      onChoose,
      ({ token }) => ({ class: predicted.has(token.id) ? undefined : 'recedes' }),
    );
  const printed = printedLength(lengths, at);
  const { by } = metricWords('euclidean');
  return (
    <div class="nearest">
      <div class="save-picture">
        <Copy name={l10n.t('Nearest to h')} tables={() => [nearestRows(prediction, at)]} act={act} />
      </div>
      <TwoLists
        label={l10n.t('Nearest to h')}
        heads={[at === lengths.actual ? by : `${by}, ‖h‖ ${printed}`, l10n.t('by {0}', l10n.t('angle'))]}
        tables={[tableOf(0), tableOf(1)]}
        chosen={chosen}
        lit={lit}
        onLight={setLit}
      />
      {lists.flat().some(({ token }) => !predicted.has(token.id)) && (
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
