import * as l10n from '@vscode/l10n';
import { count, size } from '../../../shared/format';
import type { ExtremesResult } from '../../../shared/lab';
import { Sizes, sizesHeight } from '../charts/sizes';
import type { ResultProps } from '../context';
import { summaryOf } from '../findings/all';
import { Figure } from '../figure';
import { TokenList } from '../list';
import { duplicatesTable, longestTable, nearMeanTable, shortestTable, unreachableTable } from './tables';

export function Extremes({ result, context }: ResultProps<ExtremesResult>) {
  const { longest, shortest, duplicates, unreachable } = result;
  const { tokenOf, state } = context;
  const sizes = state.model?.sizes;
  const title = l10n.t(
    'Sizes of the vocabulary; below the axis the {0} shortest and the {1} longest',
    count(shortest.length),
    count(longest.length),
  );
  const bins = sizes && {
    columns: [
      { key: 'size from', label: l10n.t('size from'), print: size },
      { key: 'tokens', label: l10n.t('tokens') },
    ],
    rows: sizes.histogram.counts.map((many, bin) => [sizes.histogram.from + bin * sizes.histogram.width, many]),
  };
  const [long, short] = [longest[0], shortest[0]];
  return (
    <>
      {sizes && bins && (
        <Figure
          part="sizes"
          title={title}
          summary={summaryOf({ name: 'extremes', result }, state)}
          table={bins}
          context={context}
          height={() => sizesHeight}
        >
          {(width) => (
            <Sizes
              width={width}
              histogram={sizes.histogram}
              marked={[...shortest, ...longest].map(({ value }) => value)}
              ends={[short && tokenOf(short), long && tokenOf(long)]}
              axis={l10n.t('size ‖e‖, model units')}
            />
          )}
        </Figure>
      )}
      <div class="lab-three">
        <TokenList title={l10n.t('Longest')} table={longestTable(result, tokenOf)} context={context} />
        <TokenList title={l10n.t('Shortest')} table={shortestTable(result, tokenOf)} context={context} />
        <TokenList title={l10n.t('Nearest to the mean row')} table={nearMeanTable(result, tokenOf)} context={context} />
        {duplicates.length > 0 && (
          <TokenList
            title={l10n.t('Equal rows, in groups')}
            table={duplicatesTable(result, tokenOf)}
            context={context}
          />
        )}
        {unreachable.length > 0 && (
          <TokenList title={l10n.t('Come of no text')} table={unreachableTable(result, tokenOf)} context={context} />
        )}
      </div>
    </>
  );
}
