import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import { useState } from 'preact/hooks';
import { fixed } from '../../../shared/format';
import type { BetweenResult } from '../../../shared/lab';
import { Toggles } from '../../parts/toggles';
import { Curves, curvesHeight } from '../charts/curves';
import type { ResultProps } from '../context';
import { summaryOf } from '../findings/all';
import { Figure } from '../figure';
import { Table } from '../table';
import { sizesTable, type Way, wayTable } from './tables';

export function Between({ result, context }: ResultProps<BetweenResult>) {
  const [way, setWay] = useState<Way>('straight');
  const { steps } = result;
  const highest = Math.ceil(max(steps, ({ straight, sphere }) => Math.max(straight.size, sphere.size)) ?? 1);
  const title = l10n.t('Nearest at each step, and what is predicted');
  return (
    <div class="lab-between">
      <Figure
        part="sizes"
        title={l10n.t('Size on the way, model units')}
        summary={summaryOf({ name: 'between', result }, context.state)}
        table={sizesTable(result)}
        context={context}
        height={(width) => curvesHeight(width, 2)}
      >
        {(width) => (
          <Curves
            width={width}
            at={steps.map(({ t }) => t)}
            curves={[
              { name: l10n.t('straight'), kind: 'first', values: steps.map(({ straight }) => straight.size) },
              { name: l10n.t('along the sphere'), kind: 'second', values: steps.map(({ sphere }) => sphere.size) },
            ]}
            x={{ ticks: [0, 0.5, 1], print: (value) => fixed(value, 1), name: l10n.t('t, from one end to the other') }}
            y={{ domain: [0, highest], ticks: [0, highest / 2, highest], print: (value) => fixed(value, 1) }}
          />
        )}
      </Figure>
      <div class="lab-list">
        <div class="table-head">
          <h3>{title}</h3>
          <Toggles
            label={l10n.t('Way')}
            options={[
              ['straight', l10n.t('straight')],
              ['sphere', l10n.t('along the sphere')],
            ]}
            value={way}
            onChoose={setWay}
          />
        </div>
        <Table
          table={wayTable(result, way, context.tokenOf)}
          label={title}
          chosen={context.chosen}
          onChoose={(id) => context.act.post({ type: 'chooseToken', id })}
        />
      </div>
    </div>
  );
}
