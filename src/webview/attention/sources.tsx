import * as l10n from '@vscode/l10n';
import type { HeadView } from '../../shared/attention';
import { roundedSize, signed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { TextView } from '../../shared/place';
import { type TableData } from '../parts/columns';
import { targetWords } from '../parts/compared';
import { shortPlace } from '../parts/place';
import { barColumn, Table } from '../parts/table';
import { TokenText } from '../parts/text';
import { sentence } from '../parts/words';
import { weight } from './headWords';

/** Raised tokens that are named in a row. */
const named = 3;

/** All weights of a head by position. The copy also lists what the most attended positions send. */
export function weightsTable(view: HeadView, text: TextView): TableData<number> {
  const sources = new Map(view.sources.map((source) => [source.position, source]));
  const raisedBy = (at: number) => sources.get(at)?.raised.map(({ token }) => token) ?? [];
  return {
    columns: [
      { key: 'position', value: (at) => (text.tokens[at] ? shortPlace(text, at) : at) },
      { key: 'token', head: l10n.t('token'), value: (at) => text.tokens[at] },
      { key: 'weight', sorts: true, head: l10n.t('weight'), value: (at) => view.weights[at], print: weight },
      { key: 'size', value: (at) => sources.get(at)?.size },
      { key: `push on ${sentence(targetWords(view))}`, value: (at) => sources.get(at)?.push },
      { key: 'raises', value: (at) => raisedBy(at).map(plainToken).join(' ') },
    ],
    rows: [...view.weights.keys()],
    order: 'attention weights',
  };
}

interface SourcesProps {
  readonly view: HeadView;
  readonly text: TextView;
  readonly chosen: number | undefined;
}

/** The most attended positions: their weights as bars, and what each of them sends. */
export const Sources = ({ view, text, chosen }: SourcesProps) => (
  <Table
    name="sources"
    label={l10n.t('The positions that the head looks at most')}
    row={({ position }) => ({ 'data-position': position })}
    rows={view.sources}
    columns={[
      {
        head: l10n.t('looks at'),
        name: 'name',
        names: true,
        draw: ({ position }) => {
          const token = text.tokens[position];
          return (
            <>
              {token && <TokenText token={token} chosen={token.id === chosen} />}{' '}
              <span class="quiet small">{token ? shortPlace(text, position) : position}</span>
            </>
          );
        },
      },
      barColumn<HeadView['sources'][number]>(({ weight: share }) => share, l10n.t('weight')),
      { head: null, value: ({ weight: share }) => share, print: weight, name: 'weight' },
      { head: l10n.t('size'), value: ({ size }) => size, print: roundedSize, cells: 'size' },
      { head: l10n.t('push'), value: ({ push }) => push, print: signed, cells: 'push' },
      {
        head: l10n.t('raises most'),
        name: 'raises',
        draw: ({ raised }) =>
          raised.slice(0, named).map(({ token }, at) => (
            <>
              {at > 0 && <span class="quiet">, </span>}
              <TokenText token={token} chosen={token.id === chosen} />
            </>
          )),
      },
    ]}
  />
);
