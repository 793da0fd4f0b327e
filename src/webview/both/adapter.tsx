import * as l10n from '@vscode/l10n';
import type { AdapterInfo, AdapterModule } from '../../shared/adapter';
import { adapterColumns, adapterFinding } from '../../shared/adapterWords';
import { adapterScales } from '../../shared/both';
import { count, fixed } from '../../shared/format';
import type { Actions } from '../actions';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { Slider } from '../parts/slider';
import { Table } from '../parts/table';

/** A module a row, those that change most first. */
export const adapterTable = ({ modules }: AdapterInfo): TableData<AdapterModule> => ({
  columns: adapterColumns(l10n).map((column) => ({
    ...column,
    ...(column.key === 'tensor' && { names: true, name: 'name' }),
    ...(/^(rank|directions)/.test(column.key ?? '') && { name: 'not-small' }),
  })),
  rows: modules.toSorted((a, b) => b.relative - a.relative),
});

/** How much of the adapter B has, and what the adapter does by itself. */
export function AdapterOfB({ adapter, scale, act }: { adapter: AdapterInfo; scale: number; act: Actions }) {
  const { method, rank, alpha, base, unknown, notices } = adapter;
  const title = l10n.t('The adapter, module by module');
  const table = adapterTable(adapter);
  const names = { lora: 'LoRA', rslora: 'rsLoRA', dora: 'DoRA' };
  return (
    <div data-fact="adapter">
      <p class="said readable above">{`${adapterFinding(adapter, l10n)}.`}</p>
      <div class="row centre scope-tool above">
        <span class="label">{l10n.t('B is A + s · ΔW')}</span>
        <Slider
          label={l10n.t('How much of the adapter')}
          range={{ least: adapterScales.from, most: adapterScales.to, step: 0.05 }}
          value={scale}
          text={(value) => fixed(value, 2)}
          onChoose={(value) => act.post({ type: 'scaleOther', scale: value })}
        >
          {(moved) => <span class="small">s = {fixed(moved, 2)}</span>}
        </Slider>
      </div>
      <p class="note readable">
        {l10n.t('{0}, rank {1}, alpha {2}.', names[method], count(rank), fixed(alpha, Number.isInteger(alpha) ? 0 : 2))}{' '}
        {base !== null && l10n.t('Its file names {0} as its base.', base)} {notices.join(' ')}{' '}
        {unknown.length > 0 && l10n.t('A has no module of these names: {0}.', unknown.join(', '))}
      </p>
      <Fold name="adapter" summary={title}>
        {() => (
          <>
            <p class="row above">
              <Copy name={title} tables={() => [copiedRows(table)]} />
            </p>
            <div class="behind-box both-box" role="region" aria-label={title} tabIndex={0}>
              <Table {...table} name="natural dense both-tensors" label={title} />
            </div>
          </>
        )}
      </Fold>
    </div>
  );
}
