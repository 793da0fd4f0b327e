import * as l10n from '@vscode/l10n';
import { max, ticks } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { useMemo, useState } from 'preact/hooks';
import { bits, count, plural } from '../../shared/format';
import { tokenCount } from '../parts/numbers';
import { rowStep } from '../parts/roving';
import { useWidth } from '../parts/width';
import { inPixels, MovingCell } from '../picture/canvasGrid';
import { Axis, Chart, Levels } from '../picture/chart';
import { SavePicture } from '../picture/save';
import { lineNumber } from './finding';
import { type Bin, binned, fewestTokens, type MeasuredLine, type LinesProps } from './lines';

const left = 30;
const top = 8;
const plotHeight = 96;
const below = 20;
/** Pixels of a bar with its gap. */
const narrowest = 3;
const widest = 24;

const title = (): string => l10n.t('Bits a character by line');

/** Bits a character over the lines of the document. A click on a bar shows its line in the editor. */
export function LinesChart({ document, lines, act }: LinesProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number | null>(null);
  const all = document.lines.tokens.length;
  const plotWidth = Math.max(1, width - left);
  const bins = useMemo(() => binned(lines, all, Math.floor(plotWidth / narrowest)), [lines, all, plotWidth]);
  const bin = pointed === null ? undefined : bins[pointed];
  return (
    <div class="apart">
      <div class="spread">
        <h3>{title()}</h3>
        <SavePicture of="document" title={title()} />
      </div>
      <div class="figure document-chart" ref={ref}>
        {width > 0 && (
          <LineBars
            bins={bins}
            lines={all}
            width={width}
            whole={document.total.bitsPerCharacter}
            pointed={pointed}
            onPoint={setPointed}
            onOpen={({ start, end }) => act.post({ type: 'revealInDocument', start, end })}
          />
        )}
      </div>
      <p class="note" data-fact="line">
        {bin
          ? binWords(bin)
          : l10n.t(
              'Point at a bar to read its line, or move with the arrow keys. Click it, or press Enter, to show the line.',
            )}
      </p>
      <p class="note" data-fact="bins">
        {l10n.t('The dashed line marks the whole document. Lines of fewer than {0} tokens are faint.', fewestTokens)}
        {all > bins.length &&
          ` ${l10n.t('Each bar stands for {0} lines and shows the highest.', count(Math.ceil(all / bins.length)))}`}
      </p>
    </div>
  );
}

/** What a bar shows. */
export function binWords({ from, to, worst }: Bin): string {
  if (worst)
    return l10n.t(
      'Line {0}: {1} bits a character, {2}',
      lineNumber(worst.line),
      bits(worst.bitsPerCharacter),
      tokenCount(worst.tokens),
    );
  return plural(to - from, {
    1: l10n.t('Line {0}: nothing measured', lineNumber(from)),
    other: l10n.t('Lines {0} to {1}: nothing measured', lineNumber(from), lineNumber(to - 1)),
  });
}

interface ChartProps {
  readonly bins: readonly Bin[];
  /** Of the whole document. */
  readonly lines: number;
  readonly width: number;
  /** Bits a character of the whole document. */
  readonly whole: number | null;
  readonly pointed: number | null;
  readonly onPoint: (bin: number | null) => void;
  readonly onOpen: (line: MeasuredLine) => void;
}

/** The bars, their axes, and one button: the bar that keys move. */
function LineBars({ bins, lines, width, whole, pointed, onPoint, onOpen }: ChartProps) {
  const [moved, setMoved] = useState(0);
  const step = Math.min(widest, (width - left) / bins.length);
  const ground = top + plotHeight;
  // A short document has wide bars and no empty lines beside them.
  const right = left + step * bins.length;
  const value = ({ worst }: Bin): number => worst?.bitsPerCharacter ?? 0;
  const long = bins.filter(({ worst }) => worst && !worst.isShort);
  const y = scaleLinear([0, max(long.length > 0 ? long : bins, value) || 1], [ground, top])
    .nice(3)
    .clamp(true);
  const x = scaleLinear([1, lines + 1], [left, right]);
  const bars = (isShort: boolean): string =>
    bins
      .map((bin, index) =>
        bin.worst?.isShort === isShort
          ? `M${(left + index * step).toFixed(1)} ${ground}V${y(value(bin)).toFixed(1)}h${(step - Math.min(1, step / 4)).toFixed(1)}V${ground}z`
          : '',
      )
      .join('');
  const under = ({ clientX, currentTarget }: MouseEvent): number | null => {
    if (!(currentTarget instanceof Element)) return null;
    const bin = Math.floor((clientX - currentTarget.getBoundingClientRect().left - left) / step);
    return bin >= 0 && bin < bins.length ? bin : null;
  };
  const open = (bin: number | null): void => {
    const worst = bin === null ? null : bins[bin]?.worst;
    if (bin !== null) setMoved(bin);
    if (worst) onOpen(worst);
  };
  const box = (index: number) => ({ left: left + index * step, width: step, top, height: plotHeight });
  return (
    <>
      <Chart
        name="document"
        title={title()}
        width={width}
        height={ground + below}
        onMouseMove={(event) => onPoint(under(event))}
        onMouseLeave={() => onPoint(null)}
        onClick={(event) => open(under(event))}
      >
        <Levels ticks={y.ticks(3)} {...{ y, left, right }} />
        <path class="bars" d={bars(false)} />
        <path class="bars short" d={bars(true)} />
        {whole !== null && (
          <g class="second">
            <line x1={left} x2={right} y1={y(whole)} y2={y(whole)} />
          </g>
        )}
        <Axis ticks={lineTicks(lines, width - left)} print={count} x={x} y={ground + 15} width={width} />
      </Chart>
      {pointed !== null && <span class="document-pointed" style={inPixels(box(pointed))} />}
      {bins.length > 0 && (
        <MovingCell
          at={Math.min(moved, bins.length - 1)}
          step={(key, at) => rowStep(key, at, bins.length)}
          box={box}
          label={(at) => (bins[at] ? binWords(bins[at]) : '')}
          value={(at) => bins[at]?.worst?.bitsPerCharacter}
          onMove={setMoved}
          onPoint={onPoint}
          onChoose={open}
        />
      )}
    </>
  );
}

/** The first line and round numbers, in a room of so many pixels. */
export const lineTicks = (lines: number, room: number): readonly number[] => [
  1,
  ...ticks(1, lines, Math.max(1, room / 90)).filter((line) => Number.isInteger(line) && line > 1),
];
