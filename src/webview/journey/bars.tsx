import * as l10n from '@vscode/l10n';
import { greatest, max, range } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { count, fixed, roundedSize } from '../../shared/format';
import type { Journey } from '../../shared/layers';
import type { VocabularyToken } from '../../shared/tokens';
import { TokenText } from '../parts/text';
import { filled, sentence, words } from '../parts/words';
import { Figure, type LayerRows } from './figure';
import { rowHeight, rowTop } from './geometry';
import { pushDomain, pushes, logits, pushedWords } from './reading';

const barHeight = 5;
const side = 4;

interface BarProps {
  readonly x: (value: number) => number;
  readonly y: number;
  readonly height?: number;
  readonly value: number;
  readonly part: 'attention' | 'feed-forward' | 'input';
}

/** A bar from 0 to a value. The smallest stays visible. */
const Bar = ({ x, y, height = barHeight, value, part }: BarProps) => (
  <rect
    class={`part ${part}`}
    x={Math.min(x(0), x(value))}
    width={Math.max(Math.abs(x(value) - x(0)), 0.75)}
    y={y}
    height={height}
    data-value={value}
  />
);

interface PartBarsProps {
  readonly x: (value: number) => number;
  readonly attention: readonly number[];
  readonly feedForward: readonly number[];
}

/** Two bars for each layer, of attention above that of feed-forward. */
const PartBars = ({ x, attention, feedForward }: PartBarsProps) => (
  <>
    {attention.map((value, index) => {
      const top = rowTop(index + 1);
      const below = feedForward[index] ?? 0;
      return (
        <>
          <Bar part="attention" x={x} y={top + 2} value={value} />
          <Bar part="feed-forward" x={x} y={top + rowHeight - 2 - barHeight} value={below} />
        </>
      );
    })}
  </>
);

/** The layer whose attention or feed-forward has the largest number, whatever its sign. */
const largestIn = (attention: readonly number[], feedForward: readonly number[]): number =>
  greatest(range(attention.length), (layer) =>
    Math.max(Math.abs(attention[layer] ?? 0), Math.abs(feedForward[layer] ?? 0)),
  ) ?? 0;

const PartKey = ({ part, name }: { readonly part: string; readonly name: string }) => (
  <>
    <span class={`part-key ${part}`} />
    {name}
  </>
);

interface BarsProps {
  readonly journey: Journey;
  readonly width: number;
  readonly rows: LayerRows;
}

const thousands = (value: number): string => (value >= 10_000 ? `${fixed(value / 1000, 0)}k` : count(value));

/** The sizes of the vectors that attention and feed-forward add in every layer. */
export function AddedPicture({ journey: { attentionSize, feedForwardSize }, width, rows }: BarsProps) {
  const most = max([...attentionSize, ...feedForwardSize]) ?? 0;
  const x = scaleLinear([0, most > 0 ? most : 1], [side, width - side]).nice(2);
  const layer = largestIn(attentionSize, feedForwardSize);
  const summary = l10n.t(
    'Layer {0} adds most: {1} by attention, {2} by feed-forward.',
    layer,
    roundedSize(attentionSize[layer]),
    roundedSize(feedForwardSize[layer]),
  );
  return (
    <Figure
      id="added"
      width={width}
      rows={rows}
      title={l10n.t('Added by')}
      notes={[
        <PartKey part="attention" name={l10n.t('attention')} />,
        <PartKey part="feed-forward" name={l10n.t('feed-forward')} />,
      ]}
      summary={summary}
      axis={{ x, ticks: x.ticks(2), name: thousands }}
    >
      <PartBars x={x} attention={attentionSize} feedForward={feedForwardSize} />
    </Figure>
  );
}

interface PushProps extends BarsProps {
  readonly lessMean: boolean;
  readonly chosen: number | undefined;
}

/** The push of the input and of every part on a logit. */
export function PushPicture({ journey, width, rows, lessMean, chosen }: PushProps) {
  const { input, attention, feedForward } = pushes(journey, lessMean);
  const { output, pair } = journey;
  const x = scaleLinear(pushDomain(journey), [side, width - side]).nice(4);
  const layer = largestIn(attention, feedForward);
  const summary = sentence(
    words(
      l10n.t('Layer {1} pushes {0} most: by {2} through attention, by {3} through feed-forward.'),
      pushedWords(journey),
      String(layer),
      logits(attention[layer] ?? 0),
      logits(feedForward[layer] ?? 0),
    ),
  );
  const named = (token: VocabularyToken) => <TokenText token={token} chosen={token.id === chosen} />;
  const title = filled(l10n.t('Push on {0}'), named(output));
  return (
    <Figure
      id="push"
      width={width}
      rows={rows}
      title={title}
      notes={
        pair
          ? [filled(l10n.t('over {0}'), named(pair.against)), l10n.t('difference of logits')]
          : [lessMean ? l10n.t('minus the mean') : l10n.t('logits'), l10n.t('in: the input')]
      }
      summary={summary}
      axis={{ x, ticks: x.ticks(4), name: (value) => fixed(value, Number.isInteger(value) ? 0 : 1), middle: 0 }}
    >
      <Bar part="input" x={x} y={rowTop(0) + 4} height={rowHeight - 8} value={input} />
      <PartBars x={x} attention={attention} feedForward={feedForward} />
    </Figure>
  );
}
