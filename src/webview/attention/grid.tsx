import * as l10n from '@vscode/l10n';
import { max, extent } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import { useEffect } from 'preact/hooks';
import type { Head, HeadCell, HeadGrid } from '../../shared/attention';
import { bits, capitalised, fixed, raw, roundedSize, signed, valued } from '../../shared/format';
import { layerPartIn, type LayerKinds } from '../../shared/layerParts';
import { elsewhereFinding } from '../../shared/scores';
import type { Token } from '../../shared/tokens';
import { targetWords } from '../parts/compared';
import { ColourScale, Ramp } from '../parts/ramp';
import { gridStep, useRoving } from '../parts/roving';
import { Sentence } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { useWidth } from '../parts/width';
import { sentence, tokenLabel, words } from '../parts/words';
import { headName, layerName, weight } from './headWords';

/** The numbers by which the grid of heads can be coloured. */
export const measures = ['push', 'size', 'sink', 'entropy', 'rulers'] as const;
export type HeadMeasure = (typeof measures)[number];

/** The numbers of a head, or of a bias, which attends to nothing. */
type Measured = Pick<HeadCell, 'size' | 'push'> & Partial<HeadCell>;

interface MeasureFacts {
  readonly name: () => string;
  /** What the scale shows. */
  readonly note: (grid: HeadGrid) => string;
  /** Logits, model units, a share 0 … 1, or bits; `null` for a bias without weights. */
  readonly of: (cell: Measured) => number | null;
  /** The values without colour and with full colour. */
  readonly domain: (grid: HeadGrid) => readonly [number, number];
  /** Prints a value in a cell. A narrow cell has room for four characters: `−0.1`, `0.07`. */
  readonly print: (value: number | null, isNarrow?: boolean) => string;
}

const allOf = ({ heads, biases }: HeadGrid): readonly Measured[] => [
  ...heads.flat(),
  ...biases.flatMap((bias) => bias ?? []),
];
const printSize = (value: number | null): string => fixed(value, value !== null && value >= 99.95 ? 0 : 1);

export const measureFacts: Readonly<Record<HeadMeasure, MeasureFacts>> = {
  push: {
    name: () => l10n.t('push'),
    note: () => l10n.t('logits; grey pushes away'),
    of: ({ push }) => push,
    // Coloured by the amount, whatever the sign.
    domain: (grid) => [0, max(allOf(grid), ({ push }) => Math.abs(push)) || 1],
    print: (value, isNarrow = false) => fixed(value, isNarrow ? 1 : 2),
  },
  size: {
    name: () => l10n.t('size'),
    note: () => l10n.t('size of the vector that the head adds, log scale'),
    of: ({ size }) => size,
    domain(grid) {
      const sizes = allOf(grid).map(({ size }) => size);
      const [low = 1, high = 1] = extent(sizes.filter((size) => size > 0));
      return low === high ? [low / 2, high] : [low, high];
    },
    print: printSize,
  },
  sink: {
    name: () => l10n.t('first position'),
    note: () => l10n.t('weight on the first position, the attention sink'),
    of: ({ first }) => first ?? null,
    domain: () => [0, 1],
    print: (value) => fixed(value, 2),
  },
  entropy: {
    name: () => l10n.t('entropy'),
    note: () => l10n.t('bits; at 0 the head looks at one position only'),
    of: ({ entropy }) => entropy ?? null,
    domain: ({ position }) => [0, Math.log2(position + 1) || 1],
    print: (value) => fixed(value, 1),
  },
  rulers: {
    name: () => l10n.t('other rulers'),
    note: ({ heads }) => elsewhereFinding(heads.flat(), l10n),
    // How many of distance and angle would choose another key than the weight does.
    of: ({ most, nearest, aligned }) =>
      most === undefined ? null : Number(nearest !== most) + Number(aligned !== most),
    domain: () => [0, 2],
    print: (value) => fixed(value, 0),
  },
};

/** Strength of the colour, 0 … 1. Sizes have a log scale, since those of late layers are many times larger. */
export function headStrength(measure: HeadMeasure, value: number | null, domain: readonly [number, number]): number {
  if (value === null || (measure === 'size' && value <= 0)) return 0;
  const scale = measure === 'size' ? scaleLog(domain, [0, 1]) : scaleLinear(domain, [0, 1]);
  return scale.clamp(true)(Math.abs(value));
}

interface LegendProps extends Pick<GridProps, 'grid' | 'measure'> {
  readonly chosen: number | undefined;
  readonly onChoose: (measure: HeadMeasure) => void;
}

/** The choice of the number that colours the grid, and its scale. */
export function HeadsLegend({ grid, measure, chosen, onChoose }: LegendProps) {
  const { domain, print, note } = measureFacts[measure];
  const [low, high] = domain(grid);
  return (
    <div class="spread heads-top">
      <h3 id="heads-title">
        {measure === 'push' ? (
          <Sentence words={words(l10n.t('Heads: push on {0}'), targetWords(grid))} chosen={chosen} />
        ) : (
          capitalised(l10n.t('heads'))
        )}
      </h3>
      <Toggles
        label={l10n.t('Colour the heads by')}
        options={measures.map((one) => [one, measureFacts[one].name()] as const)}
        value={measure}
        onChoose={onChoose}
      />
      <ColourScale
        ends={[print(low), print(high)]}
        before={
          measure === 'push' && (
            <>
              <span>{print(-high)}</span>
              <Ramp away />
            </>
          )
        }
      >
        {note(grid)}
      </ColourScale>
    </div>
  );
}

/** Pixels: the column of layers, and the narrowest and widest column of a head. */
const layerColumn = 34;
const narrowest = 14;
const widest = 58;
/** Columns at least this wide show numbers; from the second width on, with all decimals. */
const roomForNumbers = 32;
const roomForDecimals = 40;
/** Numbers below this strength are quiet. */
const faint = 0.03;

interface GridProps {
  readonly grid: HeadGrid;
  /** What the layers are made of. */
  readonly kinds?: LayerKinds;
  readonly measure: HeadMeasure;
  readonly tokens: readonly Token[];
  readonly open: Head | null;
  readonly openLayer: number | null;
  readonly onOpen: (head: Head) => void;
  readonly onOpenLayer: (layer: number) => void;
}

/** The numbers of a head, or of a bias, as lines of a tooltip. */
function tooltip(name: string, cell: Measured, { grid, tokens }: GridProps): string {
  const target = sentence(targetWords(grid));
  const lines = [
    name,
    l10n.t('{0}: {1}', l10n.t('push on {0}', target), signed(cell.push)),
    valued(l10n.t('size'), roundedSize(cell.size)),
  ];
  if (cell.first === undefined) return lines.join('\n');
  const { most, weight: largest } = cell as HeadCell;
  const token = tokens[most];
  return [
    ...lines,
    l10n.t('{0} on the first position', weight(cell.first)),
    valued(l10n.t('entropy'), l10n.t('{0} bits', bits(cell.entropy))),
    ...(token ? [l10n.t('looks most at {0}: {1}', tokenLabel(token), weight(largest))] : []),
  ].join('\n');
}

/** All heads of all layers at the chosen position: layers down, heads across, and a column for biases. */
export function HeadsGrid(props: GridProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  return (
    <div ref={ref} class="heads-room">
      {width > 0 && <HeadsByLayer {...props} width={width} />}
    </div>
  );
}

/** The grid in a room of this width, pixels. */
export function HeadsByLayer(props: GridProps & { readonly width: number }) {
  const { grid, measure, open, openLayer, onOpen, onOpenLayer, width, kinds } = props;
  const layers = grid.heads.length;
  const heads = max(grid.heads, (row) => row.length) ?? 0;
  const biased = grid.biases.length > 0;
  // Column 0 has the layers, the last one the biases.
  const columns = 1 + heads + (biased ? 1 : 0);
  const each = Math.floor((width - layerColumn) / (columns - 1 || 1));
  const columnWidth = Math.min(Math.max(each, narrowest), widest);
  const numbers = columnWidth >= roomForNumbers;
  const { of, domain: domainOf, print, name: measureName } = measureFacts[measure];
  const domain = domainOf(grid);
  const hasHeads = grid.heads.map((row) => row.length > 0);
  const start = open ? (open.head + 1) * layers + open.layer : layers + hasHeads.indexOf(true);
  const roving = useRoving(columns * layers, start, (key, from) => {
    let at = from;
    // A layer without heads has its number alone.
    for (;;) {
      const next = gridStep(key, at, { count: columns * layers, rows: layers });
      if (next === null || next < layers || hasHeads[next % layers]) return next;
      if (next === at) return from;
      at = next;
    }
  });
  // The cell of a head that was closed stays the tab stop, since it has the focus then.
  useEffect(() => {
    if (open) roving.reset();
  }, [open?.layer, open?.head]);

  const cell = (layer: number, column: number, name: string, numbersOf: Measured, press: () => void, on = false) => {
    const value = of(numbersOf);
    const away = measure === 'push' && value !== null && value < 0;
    const strength = headStrength(measure, value, domain);
    return (
      <button
        type="button"
        role="gridcell"
        class={['grid-cell head-cell', away && 'away', strength < faint && 'faint'].filter(Boolean).join(' ')}
        aria-colindex={column + 1}
        aria-label={`${print(value)} ${measureName()}, ${name}`}
        aria-selected={on}
        title={tooltip(name, numbersOf, props)}
        data-value={raw(value)}
        style={{ width: `${columnWidth - 1}px`, '--strength': strength.toFixed(3) }}
        onClick={press}
        {...roving.item(column * layers + layer)}
      >
        {numbers ? print(value, columnWidth < roomForDecimals) : away ? '−' : ''}
      </button>
    );
  };
  return (
    <div
      role="grid"
      class="heads"
      aria-labelledby="heads-title"
      aria-rowcount={layers + 1}
      aria-colcount={columns}
      data-cut
      ref={roving.group.ref}
      onKeyDown={roving.group.onKeyDown}
      onFocusIn={roving.group.onFocusIn}
    >
      <div role="row" class="heads-row heads-head small quiet" aria-rowindex={1}>
        <span role="columnheader" class="heads-layer" aria-colindex={1}>
          {l10n.t('layer')}
        </span>
        {Array.from({ length: heads }, (_, head) => (
          <span role="columnheader" aria-colindex={head + 2} style={{ width: `${columnWidth}px` }}>
            <span class="hidden">{l10n.t('head')} </span>
            {numbers || head % 5 === 0 ? head : ''}
          </span>
        ))}
        {biased && (
          <span role="columnheader" aria-colindex={columns} style={{ width: `${columnWidth}px` }}>
            {numbers ? l10n.t('bias') : 'b'}
          </span>
        )}
      </div>
      {grid.heads.map((row, layer) => {
        const bias = grid.biases[layer];
        return (
          <div role="row" class="heads-row" aria-rowindex={layer + 2} data-layer={layer}>
            <span role="rowheader" class="heads-layer" aria-colindex={1}>
              <button
                type="button"
                class={layer === openLayer ? 'layer-number lit' : 'layer-number'}
                aria-label={l10n.t('{0}: show its parts', layerName(layer))}
                onClick={() => onOpenLayer(layer)}
                {...roving.item(layer)}
              >
                {layer}
              </button>
            </span>
            {row.length === 0 && (
              <span role="gridcell" class="small quiet" aria-colindex={2} aria-colspan={columns - 1}>
                {layerPartIn('attention', layer, kinds, l10n)}
              </span>
            )}
            {row.map((numbersOf, head) => {
              const isOpen = open?.layer === layer && open.head === head;
              return cell(layer, head + 1, headName(layer, head), numbersOf, () => onOpen({ layer, head }), isOpen);
            })}
            {bias &&
              cell(layer, columns - 1, l10n.t('Bias of attention in layer {0}', layer), bias, () => onOpenLayer(layer))}
          </div>
        );
      })}
    </div>
  );
}
