import * as l10n from '@vscode/l10n';
import { range, greatest, max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { ComponentChildren } from 'preact';
import { capitalised, count, fixed, roundedSize } from '../../shared/format';
import { layerPartIn, layerPartKinds, layerPartNames } from '../../shared/layerParts';
import type { Journey } from '../../shared/layers';
import type { RunView } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import type { VocabularyToken } from '../../shared/tokens';
import { Fold, useFold } from '../parts/fold';
import { layerOf, residualPlace, shortResidual } from '../parts/layers';
import { useRemembered } from '../parts/remembered';
import type { useRoving } from '../parts/roving';
import { Sentence, TokenText } from '../parts/text';
import { Toggle } from '../parts/toggles';
import { useTallest, useWidth } from '../parts/width';
import { filled, sentence, words } from '../parts/words';
import { AnglesPicture } from './angles';
import { type LayerRows, useLayerRows, pictureLines, axisHeight, rowHeight, JourneyFigure, rowTop } from './figure';
import { layerWords, meanWords, sinkWords, totalWords, pushDomain, pushes, logits, pushedWords } from './reading';
import { SizesPicture } from './sizes';

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
    class={part === 'attention' ? 'part ink' : `part ${part}`}
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
    <span class={part === 'attention' ? 'part-key ink' : 'part-key'} />
    {name}
  </>
);

/** The parts of a layer, feed-forward first. */
const namesIn = ({ kinds }: Journey, layer: number) =>
  (['feedForward', 'attention'] as const).map((kind) => layerPartIn(kind, layer, kinds, l10n));

interface BarsProps {
  readonly journey: Journey;
  readonly width: number;
  readonly rows: LayerRows;
}

const thousands = (value: number): string => (value >= 10_000 ? `${fixed(value / 1000, 0)}k` : count(value));

/** The sizes of the vectors that attention and feed-forward add in every layer. */
function AddedPicture({ journey, width, rows }: BarsProps) {
  const { attentionSize, feedForwardSize } = journey;
  // One below the other: beside each other they do not fit into a narrow chart.
  const names = layerPartKinds('attention', journey.kinds, l10n);
  const most = max([...attentionSize, ...feedForwardSize]) ?? 0;
  const x = scaleLinear([0, most > 0 ? most : 1], [side, width - side]).nice(2);
  const layer = largestIn(attentionSize, feedForwardSize);
  const summary = l10n.t(
    'Layer {0} adds most: {1} by {4}, {2} by {3}.',
    layer,
    roundedSize(attentionSize[layer]),
    roundedSize(feedForwardSize[layer]),
    ...namesIn(journey, layer),
  );
  return (
    <JourneyFigure
      id="added"
      width={width}
      rows={rows}
      title={l10n.t('Added by')}
      notes={[
        ...names.map((name) => <PartKey part="attention" name={name} />),
        <PartKey part="feed-forward" name={layerPartNames('feedForward', journey.kinds, l10n)} />,
      ]}
      summary={summary}
      axis={{ x, ticks: x.ticks(2), name: thousands }}
    >
      <PartBars x={x} attention={attentionSize} feedForward={feedForwardSize} />
    </JourneyFigure>
  );
}

interface PushProps extends BarsProps {
  readonly lessMean: boolean;
  readonly chosen: number | undefined;
}

/** The push of the input and of every part on a logit. */
function PushPicture({ journey, width, rows, lessMean, chosen }: PushProps) {
  const { input, attention, feedForward } = pushes(journey, lessMean);
  const { output, pair } = journey;
  const x = scaleLinear(pushDomain(journey), [side, width - side]).nice(4);
  const layer = largestIn(attention, feedForward);
  const summary = sentence(
    words(
      l10n.t('Layer {1} pushes {0} most: by {2} through {5}, by {3} through {4}.'),
      pushedWords(journey),
      String(layer),
      logits(attention[layer] ?? 0),
      logits(feedForward[layer] ?? 0),
      ...namesIn(journey, layer),
    ),
  );
  const named = (token: VocabularyToken) => <TokenText token={token} chosen={token.id === chosen} />;
  const title = filled(capitalised(l10n.t('push on {0}')), named(output));
  return (
    <JourneyFigure
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
    </JourneyFigure>
  );
}

const drawings = { angles: AnglesPicture, sizes: SizesPicture, added: AddedPicture, push: PushPicture };

interface ChartsProps {
  readonly journey: Journey;
  readonly text: TextView;
  readonly run: RunView;
  readonly chosen: number | undefined;
  /** Whether the model soft-caps its logits. */
  readonly capped: boolean;
  readonly lit: number | null;
  readonly onLight: (layer: number | null) => void;
  /** The table behind them. */
  readonly children: ComponentChildren;
}

const foldOfCharts = 'journey-charts';

/** The angles of a position, layer by layer, and on request the three other charts with their numbers in words. */
export function Charts({ journey, text, run, chosen, capped, lit, onLight, children }: ChartsProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  // A row that moved away from the mouse would change it, which would move the row back, in every frame.
  const reading = useTallest<HTMLParagraphElement>();
  const [hasAll] = useFold(foldOfCharts);
  const [wantsLessMean, setLessMean] = useRemembered('less mean', false);
  // The mean cancels out in a difference of two logits.
  const lessMean = wantsLessMean && !journey.pair;
  const residuals = journey.residualSize.length;
  const { rows, roving, onChoose } = useLayerRows({ residuals, lit, onLight, position: journey.position });
  const shared = { journey, run, text, rows, lessMean, chosen };
  const sink = sinkWords(journey, text, run);
  return (
    <div class="journey-charts" ref={ref}>
      {width > 0 && (
        <div data-picture="journey" onMouseLeave={() => onLight(null)}>
          {pictureLines(width, hasAll).map((line, index) => (
            <div class="journey-line">
              <LayerNumbers rows={rows} roving={index === 0 ? roving : null} onChoose={onChoose} />
              {line.map(({ picture, width: room }) => {
                const Picture = drawings[picture];
                return <Picture {...shared} width={room} />;
              })}
            </div>
          ))}
        </div>
      )}
      <p key={width} ref={reading} class="note journey-reading" data-fact="layer" data-layer={lit ?? ''}>
        {lit === null ? (
          l10n.t(
            'r is the residual, the vector that the layers add to; norm(r) is r after the final norm. Point at a layer to read its numbers, or move with the arrow keys. Enter makes its residual the axis of the vectorscope.',
          )
        ) : (
          <Sentence words={layerWords(journey, lit, lessMean)} chosen={chosen} />
        )}
      </p>
      {children}
      <Fold name={foldOfCharts} summary={<h3>{l10n.t('Sizes and pushes, layer by layer')}</h3>}>
        {() => (
          <>
            {!journey.pair && (
              <Toggle on={lessMean} onToggle={setLessMean}>
                {l10n.t('minus the mean push')}
              </Toggle>
            )}
            <p class="note" data-fact="total">
              <Sentence words={totalWords(journey, lessMean)} chosen={chosen} /> {!journey.pair && meanWords(capped)}
            </p>
            {sink && (
              <p class="note" data-fact="sink">
                <Sentence words={sink} chosen={chosen} />
              </p>
            )}
          </>
        )}
      </Fold>
    </div>
  );
}

export const layerClass = (layer: number, lit: number | null): string =>
  layer === lit ? 'layer-number lit' : layerOf(layer) % 5 === 0 ? 'layer-number marked' : 'layer-number';

interface LayerNumbersProps {
  readonly rows: LayerRows;
  /** Keys that move through the rows. `null` for a second column, which a screen reader skips. */
  readonly roving: ReturnType<typeof useRoving> | null;
  readonly onChoose: (layer: number) => void;
}

/** The layer numbers. Each is a button that makes its residual the axis of the vectorscope. */
export function LayerNumbers({ rows: { residuals, lit, onLight }, roving, onChoose }: LayerNumbersProps) {
  const layers = range(residuals);
  const space = { paddingTop: `${axisHeight}px` };
  if (!roving)
    return (
      <div class="layer-numbers" style={space} aria-hidden="true">
        {layers.map((layer) => (
          <div class={layerClass(layer, lit)} style={{ height: `${rowHeight}px` }}>
            {shortResidual(layer)}
          </div>
        ))}
      </div>
    );
  return (
    <div
      class="layer-numbers"
      style={space}
      role="group"
      aria-label={l10n.t('Layers')}
      {...roving.group}
      onFocusOut={() => onLight(null)}
    >
      <div class="small quiet layer-word" aria-hidden="true">
        {l10n.t('layer')}
      </div>
      {layers.map((layer) => (
        <button
          type="button"
          class={layerClass(layer, lit)}
          style={{ height: `${rowHeight}px` }}
          aria-label={l10n.t('Show the residual {0} in the vectorscope', residualPlace(layer))}
          onMouseEnter={() => onLight(layer)}
          onFocus={() => onLight(layer)}
          onClick={() => onChoose(layer)}
          {...roving.item(layer)}
        >
          {shortResidual(layer)}
        </button>
      ))}
    </div>
  );
}
