import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import type { Neighbours } from '../../shared/engine';
import { capitalised } from '../../shared/format';
import { type Metric, metrics } from '../../shared/metrics';
import { isOneList } from '../../shared/neighbours';
import type { RankedToken } from '../../shared/tokens';
import { awaited } from '../parts/awaited';
import { placed } from '../parts/fragments';
import { metricValue, printedValue } from '../parts/metrics';
import { gridStep, useRoving } from '../parts/roving';
import { Sentence, TokenText } from '../parts/text';
import { useWidth } from '../parts/width';
import { Pending, type SurfaceProps } from '../section';
import { firstOf, listsTitle, neighboursFinding, spaceWords } from './finding';
import { List } from './list';

const rows = 6;
/** Narrower lists would cut most tokens. Pixels. */
const roomForList = 70;

/** Which vectors the lists compare. */
function contents({ space, centred }: Neighbours): string {
  if (space) return centred ? l10n.t('{0}, centred', spaceWords[space].rows()) : spaceWords[space].rows();
  return centred ? l10n.t('centred, itself included') : l10n.t('itself included');
}

interface Pointed {
  readonly entry: RankedToken;
  readonly metric: Metric;
}

/** A token under the mouse with its value, which stays where a long name is cut. */
export const PointedValue = ({ entry: { token, values }, metric }: Pointed) => (
  <>
    <span class="clip">
      <TokenText token={token} />
    </span>{' '}
    <span>{metricValue(metric, printedValue(metric, values[metric]))}</span>
  </>
);

/** The lists without values. The header shows the value of the token under the mouse or the focus. */
export function CompactNeighbours({ state, act }: SurfaceProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const { neighbours, options } = state;
  const isOne = neighbours !== null && isOneList(neighbours);
  const order = isOne
    ? [options.metric]
    : width > 0 && width < roomForList * metrics.length
      ? [options.metric, ...metrics.filter((metric) => metric !== options.metric)]
      : metrics;
  const length = Math.min(neighbours?.lists[metrics[0]].length ?? 0, rows);
  const roving = useRoving(order.length * length, 0, (key, at) =>
    gridStep(key, at, { count: order.length * length, rows: length }),
  );
  const wait = awaited(state);
  return (
    <>
      <header class="spread">
        <h2 id="side-neighbours">{capitalised(l10n.t('neighbours'))}</h2>
        {neighbours && (
          <span class={pointed ? 'small quiet pointed' : 'small quiet'}>
            {pointed ? <PointedValue {...pointed} /> : contents(neighbours)}
          </span>
        )}
      </header>
      <div ref={ref}>
        {neighbours ? (
          <>
            <div
              class={order === metrics ? 'neighbours compact' : 'neighbours compact stacked'}
              role="group"
              aria-label={listsTitle()}
              {...roving.group}
            >
              {order.map((metric, column) => (
                <List
                  key={metric}
                  metric={metric}
                  space={neighbours.space}
                  entries={placed(neighbours.lists[metric].slice(0, length), ({ token }) => token, false)}
                  marked={[neighbours.query.id]}
                  preferred={metric === options.metric}
                  compact
                  isOne={isOne}
                  showSizes={false}
                  fullSize={1}
                  lit={pointed?.entry.token.id ?? null}
                  onPoint={(entry) => setPointed(entry && { entry, metric })}
                  onChoose={(id) => act.post({ type: 'chooseToken', id })}
                  item={(row) => roving.item(column * length + row)}
                />
              ))}
            </div>
            <p class="note">
              <Sentence words={neighboursFinding({ neighbours: firstOf(neighbours, length) })} />.
            </p>
          </>
        ) : (
          wait !== null && <Pending>{wait}</Pending>
        )}
      </div>
    </>
  );
}
