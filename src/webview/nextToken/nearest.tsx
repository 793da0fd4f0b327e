import * as l10n from '@vscode/l10n';
import type { DataRows } from '../../shared/columns';
import type { Prediction } from '../../shared/engine';
import { degrees, raw, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { VocabularyToken } from '../../shared/tokens';
import type { Actions } from '../actions';
import type { Column } from '../parts/columns';
import { Copy } from '../parts/copy';
import { metricWords } from '../parts/metrics';
import { Table } from '../parts/table';
import { type Words, words } from '../parts/words';
import { nearestAt, printedLength } from './sweep';

/** The tokens nearest to h by distance at one of its sizes. Distances are known only at its own. */
const byDistance = ({ nearest, lengths }: Prediction, at: number): readonly Side[] =>
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
  const predicted = idsByDot(prediction);
  const listed: readonly Pick<Side, 'token'>[] = [...byDistance(prediction, at), ...prediction.nearest.cosine];
  const hasDim = listed.some(({ token }) => !predicted.has(token.id));
  return (
    <div class="nearest readable">
      <div class="save-picture">
        <Copy name={l10n.t('Nearest to h')} tables={() => [nearestRows(prediction, at)]} act={act} />
      </div>
      <NearestTable prediction={prediction} at={at} chosen={chosen} onChoose={onChoose} />
      {hasDim && <p class="note">{l10n.t('Dim tokens are not among the ten best by dot product.')}</p>}
    </div>
  );
}

const idsByDot = ({ nearest }: Prediction): ReadonlySet<number> => new Set(nearest.dot.map(({ token }) => token.id));

interface Side {
  readonly token: VocabularyToken;
  readonly value: number | undefined;
}

interface Row {
  readonly euclidean: Side | undefined;
  readonly cosine: (Side & { readonly angle: number }) | undefined;
}

function NearestTable({ prediction, at, chosen, onChoose }: Omit<NearestProps, 'act'>) {
  const { nearest, lengths } = prediction;
  const isActual = at === lengths.actual;
  const predicted = idsByDot(prediction);
  const distance = byDistance(prediction, at);
  const rows = Array.from({ length: Math.max(distance.length, nearest.cosine.length) }, (_, index): Row => {
    const angled = nearest.cosine[index];
    return {
      euclidean: distance[index],
      cosine: angled && { token: angled.token, value: angled.values.cosine, angle: angled.angle },
    };
  });
  const named = (metric: keyof Row, head: string): Column<Row> => ({
    head,
    name: metric === 'cosine' ? 'angled' : '',
    cells: 'name',
    value: (row) => row[metric]?.token,
    cell: ({ [metric]: side }) => ({
      class: side && !predicted.has(side.token.id) ? 'recedes' : undefined,
      'data-metric': metric,
      'data-id': side?.token.id,
      'data-value': raw(side?.value),
    }),
    press: (row) => onChoose(row[metric]?.token.id as number),
  });
  const printed = printedLength(lengths, at);
  const columns: readonly Column<Row>[] = [
    { head: '#', name: 'rank', draw: (_, index) => index + 1 },
    named('euclidean', isActual ? metricWords('euclidean').by : `${metricWords('euclidean').by}, ‖h‖ ${printed}`),
    { head: null, cells: 'number quiet', draw: (row) => (isActual ? size(row.euclidean?.value) : '') },
    named('cosine', l10n.t('by {0}', l10n.t('angle'))),
    { head: null, cells: 'quiet', value: (row) => row.cosine?.angle ?? null, print: degrees },
  ];
  return (
    <Table
      name="fixed nearest-table"
      label={l10n.t('Nearest to h by distance and by angle, ‖h‖ {0}', printed)}
      columns={columns}
      rows={rows}
      chosen={chosen}
      row={(_, index) => ({ 'data-rank': index + 1 })}
    >
      <colgroup>
        <col class="rank" />
        <col />
        <col class="value" />
        <col />
        <col class="value" />
      </colgroup>
    </Table>
  );
}
