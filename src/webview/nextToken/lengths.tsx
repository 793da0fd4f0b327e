import * as l10n from '@vscode/l10n';
import { scaleLinear, scaleLog } from 'd3-scale';
import type { LengthSweep, Prediction, SizeSummary } from '../../shared/engine';
import { capitalised, fixed } from '../../shared/format';
import { sharedTokens } from '../../shared/neighbours';
import { type TableData } from '../parts/columns';
import { metricWords } from '../parts/metrics';
import { Sentence, TextLink } from '../parts/text';
import { sentence } from '../parts/words';
import { Behind } from '../picture/behind';
import { Axis, Chart, Figure, Levels } from '../picture/chart';
import { atLength, nearestAt, overall, printedLength, steps } from './sweep';

const left = 24;
const right = 10;
const top = 22;
const plotHeight = 116;
const ground = top + plotHeight;
/** The axis, which is also the slider's track. */
const axis = ground + 10;
const knob = 12;
/** Below a line, its name needs this much to stay clear of the axis. */
const nameRoom = 15;

interface LengthsProps {
  readonly prediction: Prediction;
  readonly sizes: SizeSummary;
  /** Index of the size under the slider. */
  readonly at: number;
  readonly onMove: (at: number) => void;
  readonly chosen: number | undefined;
}

export const lengthsTitle = (): string => l10n.t('If h were larger or smaller');

/** How many tokens the list by distance shares with the two others at every size of h. */
export function Lengths({ prediction, sizes, at, onMove, chosen }: LengthsProps) {
  const { lengths: sweep, nearest } = prediction;
  const { actual } = sweep;
  const always = overall(sweep, sharedTokens(nearest.dot, nearest.cosine), sizes);
  const summary = `${sentence(atLength(sweep, actual))} ${sentence(always)}`;
  return (
    <div class="lengths readable">
      <div data-picture="lengths">
        <p class="note">{l10n.t('shared with the list by distance, of 10')}</p>
        <Figure>
          {(width) => (
            <>
              <SharedChart sweep={sweep} at={at} width={width} summary={summary} />
              <Slider sweep={sweep} at={at} width={width} onMove={onMove} />
            </>
          )}
        </Figure>
      </div>
      <p class="note reading">
        <Sentence words={atLength(sweep, at)} chosen={chosen} />{' '}
        {at === actual ? (
          <Sentence words={always} chosen={chosen} />
        ) : (
          <TextLink onClick={() => onMove(actual)}>{l10n.t('As it is')}</TextLink>
        )}
      </p>
      <Behind
        name="lengths"
        title={lengthsTitle()}
        table={() => ({
          ...lengthsTable(sweep),
          row: (size) => ({ class: size === sweep.actual ? 'strong' : undefined }),
        })}
      />
    </div>
  );
}

interface ChartProps {
  readonly sweep: LengthSweep;
  readonly at: number;
  readonly width: number;
}

const plotWidthOf = (width: number): number => Math.max(width - left - right, 1);

/** Two lines over the size of h: shared tokens with the list by dot product and with the list by cosine. */
function SharedChart({ sweep, at, width, summary }: ChartProps & { readonly summary: string }) {
  const { lengths, actual, sharedWithDot, sharedWithCosine } = sweep;
  const last = lengths.length - 1;
  const plotEnd = left + plotWidthOf(width);
  const x = scaleLinear([0, Math.max(last, 1)], [left, plotEnd]);
  const log = scaleLog([lengths[0] ?? 1, lengths[last] ?? 10], [left, plotEnd]);
  const y = scaleLinear([0, 10], [ground, top]);
  const cosineEnd = y(sharedWithCosine[last] ?? 0);
  const decades = log.ticks(4).filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6));
  const length = printedLength(sweep, at);
  return (
    <Chart title={lengthsTitle()} summary={summary} width={width} height={axis + 36}>
      <Levels ticks={[0, 5, 10]} y={y} left={left} right={plotEnd} />
      <polyline class="second" points={steps(sharedWithCosine, x, y)} />
      <polyline class="ink" points={steps(sharedWithDot, x, y)} />
      <text class="line-name value" x={plotEnd} y={y(sharedWithDot[last] ?? 0) - 6} text-anchor="end">
        {l10n.t('dot product')}
      </text>
      <text class="line-name" x={plotEnd} y={cosineEnd + (ground - cosineEnd < nameRoom ? -6 : 15)} text-anchor="end">
        {l10n.t('cosine')}
      </text>
      <line class="ink" x1={x(actual)} x2={x(actual)} y1={top - 6} y2={axis} />
      {at !== actual && <line class="now" x1={x(at)} x2={x(at)} y1={top - 6} y2={axis} />}
      <Axis ticks={decades} print={(tick) => fixed(tick, tick < 1 ? 1 : 0)} x={log} y={axis + 20} width={width} />
      <g class="ticks">
        <text x={left} y={axis + 34}>
          {l10n.t('{0}, log scale', '‖h‖')}
        </text>
        <text class="strong" x={plotEnd} y={axis + 34} text-anchor="end">
          {at === actual
            ? l10n.t('{0} as it is', length)
            : l10n.t('{0} instead of {1}', length, printedLength(sweep, actual))}
        </text>
      </g>
    </Chart>
  );
}

/** Lies on the chart's axis. A double click restores the true size of h. */
function Slider({ sweep, at, width, onMove }: ChartProps & Pick<LengthsProps, 'onMove'>) {
  const { lengths, actual, sharedWithDot, sharedWithCosine } = sweep;
  return (
    <input
      class="slider length-slider"
      type="range"
      min={0}
      max={lengths.length - 1}
      step={1}
      value={at}
      aria-label={capitalised(l10n.t('size of h'))}
      aria-valuetext={l10n.t(
        '‖h‖ {0}: {1} shared with dot product, {2} with cosine',
        printedLength(sweep, at),
        sharedWithDot[at] ?? 0,
        sharedWithCosine[at] ?? 0,
      )}
      style={{
        left: `${left - knob / 2}px`,
        width: `${plotWidthOf(width) + knob}px`,
        top: `${axis - knob / 2}px`,
      }}
      onInput={(event) => onMove(Number(event.currentTarget.value))}
      onDblClick={() => onMove(actual)}
    />
  );
}

/** The chart in numbers. A copy has the first token by distance at each size too. */
export const lengthsTable = (sweep: LengthSweep): TableData<number> => ({
  columns: [
    { key: '‖h‖', head: '‖h‖', draw: (at) => printedLength(sweep, at), value: (at) => sweep.lengths[at] },
    {
      key: 'shared with dot product',
      head: l10n.t('with {0}', metricWords('dot').name),
      value: (at) => sweep.sharedWithDot[at],
    },
    {
      key: 'shared with cosine',
      head: l10n.t('with {0}', metricWords('cosine').name),
      value: (at) => sweep.sharedWithCosine[at],
    },
    { key: 'nearest by distance', value: (at) => nearestAt(sweep, at)[0] },
  ],
  rows: [...sweep.lengths.keys()],
});
