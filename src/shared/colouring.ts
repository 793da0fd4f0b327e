import { extent, nice } from 'd3-array';
import type { MeasuredDocument } from './document/document';
import { fixed } from './format';
import { predicts } from './model';
import { type Colouring, colourings, type PanelState, type RunView } from './panel';
import { type TextView, isAdded } from './place';
import { areAlike, sizeDecimals } from './sides';
import type { Token } from './tokens';

/** The possible colourings: surprisal and entropy need predictions, and sizes need the matrices. */
export const possibleColourings = ({ model, attention, neurons, both, matters }: Colourable): readonly Colouring[] => {
  if (model && !predicts(model)) return model.sizes ? ['size', 'none'] : ['none'];
  if (model?.sizes === null) return colourings.filter((colouring) => colouring !== 'size');
  return [
    ...colourings,
    ...(attention.open ? (['attention'] as const) : []),
    ...(neurons.open ? (['neuron'] as const) : []),
    ...(isCompared(both) ? (['difference'] as const) : []),
    ...(matters.values ? (['matters'] as const) : []),
  ];
};

type Colourable = Pick<PanelState, 'model' | 'attention' | 'neurons' | 'both' | 'matters'>;

/** Whether the divergence is known, or will be without being asked for: choosing it as the colour asks for it. */
const isCompared = ({ other, text, failure }: PanelState['both']): boolean =>
  text ? text.kind === 'same' : other?.runs === 'together' && other.sameVocabulary && failure === null;

/** Whether a colouring is there only while a head or a neuron is open, models are compared, or parts were left out. */
export const isPassing = (colouring: Colouring): boolean => !colourings.some((one) => one === colouring);

/** The chosen colouring. Where it is not possible: surprisal where the layers predict, else the sizes. */
export function colouringOf(state: Colourable & Pick<PanelState, 'options'>): Colouring {
  const possible = possibleColourings(state);
  const { colouring } = state.options;
  const wanted = isPassing(colouring) && !possible.includes(colouring) ? 'surprisal' : colouring;
  return possible.includes(wanted) ? wanted : (possible[0] ?? 'none');
}

/**
 * One value a position for a colouring that passes: the weights of the open head, how much the open neuron fired,
 * KL(A‖B) if a second model cut the text alike, or what leaving the token's part out changes.
 */
export function passingOf(state: Parameters<typeof colouringOf>[0]): Float64Array | null {
  const { attention, neurons, both, matters } = state;
  const colouring = colouringOf(state);
  if (colouring === 'attention') return attention.view?.weights ?? null;
  if (colouring === 'neuron') return neurons.view?.fired ?? null;
  if (colouring === 'matters') return matters.values;
  return colouring === 'difference' && both.text?.kind === 'same' ? both.text.divergence[0] : null;
}

export type Quantity = Exclude<Colouring, 'none'>;

interface Source {
  ofToken(token: Token, run: RunView | null, passing: Float64Array | null): number | null | undefined;
  /** One entry a token; null if only an inspected text has it. */
  ofDocument(measured: MeasuredDocument): Float32Array | Float64Array | null;
  /** The least that the scale reaches, from 0; null for one that is spread over the values. */
  readonly reach: number | null;
  /** null: as many as tell the values apart. */
  readonly decimals: number | null;
}

const passes = {
  ofToken: ({ index }, _, passing) => (Number.isNaN(passing?.[index]) ? null : passing?.[index]),
  ofDocument: () => null,
} satisfies Partial<Source>;

/**
 * Where the values of each quantity are. Size in model units, a weight of attention 0 … 1, the others in bits. Two
 * models often differ by far less than one, and rounding alone must not look like a difference.
 */
export const sources: Readonly<Record<Quantity, Source>> = {
  size: { ofToken: ({ size }) => size, ofDocument: ({ tokens }) => tokens.sizes, reach: null, decimals: null },
  surprisal: {
    ...{ ofToken: ({ index }, run) => run?.surprisal[index], ofDocument: ({ surprisal }) => surprisal },
    ...{ reach: 1, decimals: 2 },
  },
  entropy: {
    ...{ ofToken: ({ index }, run) => run?.entropy[index], ofDocument: ({ entropy }) => entropy },
    ...{ reach: 1, decimals: 2 },
  },
  attention: { ...passes, reach: 1, decimals: 2 },
  neuron: { ...passes, reach: 0.01, decimals: 2 },
  difference: { ...passes, reach: 0.01, decimals: 3 },
  matters: { ...passes, reach: 0.1, decimals: 2 },
};

/** The coloured quantity of one token; null where it is not known. `passing`: see `passingOf`. */
export const valueAt = (
  quantity: Quantity,
  token: Token,
  run: RunView | null,
  passing: Float64Array | null = null,
): number | null => sources[quantity].ofToken(token, run, passing) ?? null;

type Bounds = Pick<RunView, 'listed'>;

/** Whether only a least value is known, because a server lists only the likeliest tokens. */
export const isLeastAt = (quantity: Quantity, index: number, run: Bounds | null): boolean =>
  run?.listed !== undefined &&
  (quantity === 'entropy' || (quantity === 'surprisal' && run.listed.isLeast[index] === true));

/** A value as a number: one that is only the least says so. A size has `ofSizes` decimals. */
export const printed = (quantity: Quantity, value: number | null, isLeast = false, ofSizes = 3): string =>
  (isLeast && value !== null ? '≥ ' : '') + fixed(value, sources[quantity].decimals ?? ofSizes);

const isLeftOut = ({ tokens }: TextView, index: number): boolean =>
  tokens[index] !== undefined && isAdded(tokens[index]);

export interface Colours {
  /** One entry a token. */
  readonly values: readonly (number | null)[];
  /** Ends of the scale, round numbers; null where nothing is known. */
  readonly domain: readonly [number, number] | null;
  /** Share of the scale's colour, one entry a token: 0 … 1; below 0 where leaving out makes an answer likelier. */
  readonly strength: readonly number[];
  /** Whether only a least value of a token is known, one entry a token. */
  readonly isLeast: readonly boolean[];
  /** Decimals of the values if they are sizes. */
  readonly decimals: number;
}

interface ColourScale {
  /** Round numbers. */
  readonly ends: readonly [number, number];
  /** The share of the colour, 0 … 1; NaN for NaN. */
  strength(value: number): number;
}

/**
 * Sizes are spread over their extent, all else starts at 0. Both ends are rounded outwards. d3's scales would bring
 * their colours and formats, which each activation of the extension would read.
 */
export function scaleOf(quantity: Quantity, [low, high]: readonly [number, number]): ColourScale {
  const { reach } = sources[quantity];
  const [from, to] =
    reach === null
      ? low === high
        ? [low - 0.5, high + 0.5]
        : areAlike(low, high)
          ? // Spread over the colours, they would seem to differ.
            [low / 2, 1.5 * high]
          : [low, high]
      : [0, Math.max(high, reach)];
  const ends = nice(from, to, 5);
  return { ends, strength: (value) => Math.min(Math.max((value - ends[0]) / (ends[1] - ends[0]), 0), 1) };
}

/** A smaller share of what a part changes is not drawn: almost every part changes a little. */
const faint = 0.02;

/**
 * Sizes are spread over the range that this text has, all else starts at 0; ends are rounded outwards. A neuron is
 * coloured by how much it fired, whichever the sign. The token that the model adds is often far larger than all others,
 * and is left out; its attention weight is not. Of what mattered, the part at the end asks: it may take all of the
 * colour, but does not set its scale.
 */
export function colours(
  quantity: Quantity,
  text: TextView,
  run: RunView | null,
  passing: Float64Array | null = null,
): Colours {
  const values = text.tokens.map((token) => valueAt(quantity, token, run, passing));
  // Most neurons fire far more at the first token, where the model keeps what it does not need, than anywhere else.
  const isOut = (index: number) =>
    (quantity !== 'attention' && isLeftOut(text, index)) || (quantity === 'neuron' && index === 0 && values.length > 1);
  const known = values.flatMap((value, index) => (value === null || isOut(index) ? [] : [Math.abs(value)]));
  const others = known.filter((value) => quantity !== 'matters' || value !== known.at(-1));
  const isLeast = text.tokens.map(({ index }) => isLeastAt(quantity, index, run));
  const [low, high] = extent(others.length > 0 ? others : known);
  const none = values.map(() => 0);
  if (low === undefined || high === undefined)
    return { values, domain: quantity === 'attention' ? [0, 1] : null, strength: none, isLeast, decimals: 3 };
  const scale = scaleOf(quantity, [low, high]);
  return {
    values,
    domain: scale.ends,
    strength: values.map((value, index) => {
      const share = value === null || isOut(index) ? 0 : scale.strength(Math.abs(value));
      if (quantity !== 'matters') return share;
      return share < faint ? 0 : share * Math.sign(value ?? 0);
    }),
    isLeast,
    decimals: sizeDecimals(low, high),
  };
}
