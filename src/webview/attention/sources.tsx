import * as l10n from '@vscode/l10n';
import type { HeadView } from '../../shared/attention';
import { roundedSize, raw } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { TextView } from '../../shared/place';
import { targetWords } from '../parts/compared';
import { shortPlace } from '../parts/place';
import { TokenText } from '../parts/text';
import { sentence } from '../parts/words';
import { weight } from './headWords';
import { signed } from './measures';

/** Raised tokens that are named in a row. */
const named = 3;

/** All weights of a head for the clipboard, and what the most attended positions send. */
export function headRows(view: HeadView, text: TextView): readonly (readonly (string | number)[])[] {
  const sources = new Map(view.sources.map((source) => [source.position, source]));
  return [
    ['position', 'token', 'weight', 'size', `push on ${sentence(targetWords(view))}`, 'raises'],
    ...Array.from(view.weights, (value, index) => {
      const token = text.tokens[index];
      const source = sources.get(index);
      return [
        token ? shortPlace(text, index) : index,
        token ? plainToken(token) : '',
        value,
        source?.size ?? '',
        source?.push ?? '',
        source?.raised.map(({ token: one }) => plainToken(one)).join(' ') ?? '',
      ];
    }),
  ];
}

interface SourcesProps {
  readonly view: HeadView;
  readonly text: TextView;
  readonly chosen: number | undefined;
}

/** The most attended positions: their weights as bars, and what each of them sends. */
export function Sources({ view, text, chosen }: SourcesProps) {
  return (
    <table class="sources" aria-label={l10n.t('The positions that the head looks at most')}>
      <thead>
        <tr>
          <th scope="col" class="name">
            {l10n.t('looks at')}
          </th>
          <th scope="col" colSpan={2} class="weight-head">
            {l10n.t('weight')}
          </th>
          <th scope="col" class="number">
            {l10n.t('size')}
          </th>
          <th scope="col" class="number">
            {l10n.t('push')}
          </th>
          <th scope="col" class="raises">
            {l10n.t('raises most')}
          </th>
        </tr>
      </thead>
      <tbody>
        {view.sources.map(({ position, weight: share, size, push, raised }) => {
          const token = text.tokens[position];
          return (
            <tr data-position={position}>
              <th scope="row" class="name">
                {token && <TokenText token={token} chosen={token.id === chosen} />}{' '}
                <span class="quiet small">{token ? shortPlace(text, position) : position}</span>
              </th>
              <td class="bar-cell" aria-hidden="true">
                <span class="bar" style={{ width: `${(100 * share).toFixed(2)}%` }} />
              </td>
              <td class="number weight" data-value={raw(share)}>
                {weight(share)}
              </td>
              <td class="number size" data-value={raw(size)}>
                {roundedSize(size)}
              </td>
              <td class="number push" data-value={raw(push)}>
                {signed(push)}
              </td>
              <td class="raises">
                {raised.slice(0, named).map(({ token: one }, at) => (
                  <>
                    {at > 0 && <span class="quiet">, </span>}
                    <TokenText token={one} chosen={one.id === chosen} />
                  </>
                ))}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
