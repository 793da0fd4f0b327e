import * as l10n from '@vscode/l10n';
import type { Prediction } from '../../shared/engine';
import { degrees, raw, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { VocabularyToken } from '../../shared/tokens';
import { Copy } from '../parts/copy';
import { gridStep, useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import { tokenLabel, type Words, words } from '../parts/words';
import type { Actions } from '../section';
import { nearestAt, printedLength } from './sweep';

/** Both lists for the clipboard, one below the other. Distances are known only at the size that h has. */
export function nearestRows({ nearest, lengths }: Prediction, at: number): readonly (readonly (string | number)[])[] {
  const length = lengths.lengths[at] ?? '';
  const byDistance =
    at === lengths.actual
      ? nearest.euclidean.map(({ token, values }) => ({ token, value: values.euclidean }))
      : nearestAt(lengths, at).map((token) => ({ token, value: '' }));
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

/** The nearest to h, by each of the two that are not in the logit. */
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
  const hasDim = [...byDistance(prediction, at), ...prediction.nearest.cosine.map(({ token }) => token)].some(
    ({ id }) => !predicted.has(id),
  );
  return (
    <div class="nearest">
      <div class="behind-copy">
        <Copy
          label={l10n.t('Copy the nearest to h as a table')}
          copied={l10n.t('Copied the nearest to h')}
          rows={() => nearestRows(prediction, at)}
          act={act}
        />
      </div>
      <NearestTable prediction={prediction} at={at} chosen={chosen} onChoose={onChoose} />
      {hasDim && <p class="note">{l10n.t('Dim tokens are not among the ten best by dot product.')}</p>}
    </div>
  );
}

const idsByDot = ({ nearest }: NearestProps['prediction']): ReadonlySet<number> =>
  new Set(nearest.dot.map(({ token }) => token.id));

/** The tokens nearest to h by distance, if it were of this size. */
const byDistance = ({ nearest, lengths }: NearestProps['prediction'], at: number) =>
  at === lengths.actual ? nearest.euclidean.map(({ token }) => token) : nearestAt(lengths, at);

function NearestTable({ prediction, at, chosen, onChoose }: Omit<NearestProps, 'act'>) {
  const { nearest, lengths } = prediction;
  const isActual = at === lengths.actual;
  const predicted = idsByDot(prediction);
  const distance = byDistance(prediction, at);
  const { cosine } = nearest;
  const length = Math.max(distance.length, cosine.length);
  const roving = useRoving(2 * length, 0, (key, from) => gridStep(key, from, { count: 2 * length, rows: length }));
  const cell = (
    token: VocabularyToken | undefined,
    index: number,
    metric: 'euclidean' | 'cosine',
    value: number | undefined,
  ) => (
    <td
      class={['name', metric === 'cosine' && 'angled', token && !predicted.has(token.id) && 'recedes']
        .filter(Boolean)
        .join(' ')}
      data-metric={metric}
      data-id={token?.id}
      data-value={raw(value)}
    >
      {token && (
        <button
          type="button"
          class="token-button"
          aria-label={tokenLabel(token)}
          onClick={() => onChoose(token.id)}
          {...roving.item(index)}
        >
          <TokenText token={token} chosen={token.id === chosen} />
        </button>
      )}
    </td>
  );
  const row = (index: number) => {
    const away = isActual ? nearest.euclidean[index]?.values.euclidean : undefined;
    const angled = cosine[index];
    return (
      <tr data-rank={index + 1}>
        <td class="rank">{index + 1}</td>
        {cell(distance[index], index, 'euclidean', away)}
        <td class="number quiet">{isActual ? size(away) : ''}</td>
        {cell(angled?.token, length + index, 'cosine', angled?.values.cosine)}
        <td class="number quiet" data-value={raw(angled?.angle)}>
          {degrees(angled?.angle)}
        </td>
      </tr>
    );
  };
  const printed = printedLength(lengths, at);
  return (
    <table
      class="nearest-table"
      aria-label={l10n.t('Nearest to h by distance and by angle, ‖h‖ {0}', printed)}
      {...roving.group}
    >
      <NearestHead byDistance={isActual ? l10n.t('by distance') : l10n.t('by distance, ‖h‖ {0}', printed)} />
      <tbody>{Array.from({ length }, (_, index) => row(index))}</tbody>
    </table>
  );
}

const NearestHead = ({ byDistance }: { readonly byDistance: string }) => (
  <>
    <colgroup>
      <col class="rank" />
      <col />
      <col class="value" />
      <col />
      <col class="value" />
    </colgroup>
    <thead>
      <tr>
        <th scope="col" class="rank">
          #
        </th>
        <th scope="col" colSpan={2}>
          {byDistance}
        </th>
        <th scope="col" colSpan={2} class="angled">
          {l10n.t('by angle')}
        </th>
      </tr>
    </thead>
  </>
);
