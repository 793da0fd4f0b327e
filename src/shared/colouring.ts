import { extent, max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { type TextView, isAdded } from './place';
import { type Colouring, colourings, type PanelState, type RunView } from './panel';
import type { Token } from './tokens';
import { bits, size } from './format';

/** What the tokens can be coloured by: of a model without layers nothing that comes from a run. */
export const possibleColourings = ({ model }: Pick<PanelState, 'model'>): readonly Colouring[] =>
  model?.trunk === null ? ['size', 'none'] : colourings;

/** The chosen colouring, and the sizes where it is not possible. */
export const colouringOf = (state: Pick<PanelState, 'model' | 'options'>): Colouring =>
  possibleColourings(state).includes(state.options.colouring) ? state.options.colouring : 'size';

export type Quantity = Exclude<Colouring, 'none'>;

/** The coloured quantity of one token; null where it is not known. Size in model units, the others in bits. */
export function valueAt(quantity: Quantity, token: Token, run: RunView | null): number | null {
  if (quantity === 'size') return token.size;
  if (!run || token.index >= run.length) return null;
  return (quantity === 'surprisal' ? run.surprisal : run.entropy)[token.index] ?? null;
}

export const printed = (quantity: Quantity, value: number | null): string =>
  quantity === 'size' ? size(value) : bits(value);

const isLeftOut = ({ tokens }: TextView, index: number): boolean =>
  tokens[index] !== undefined && isAdded(tokens[index]);

export interface Colours {
  /** One entry a token. */
  readonly values: readonly (number | null)[];
  /** Ends of the scale, round numbers; null where nothing is known. */
  readonly domain: readonly [number, number] | null;
  /** Share of the scale's colour, one entry a token: 0 … 1. */
  readonly strength: readonly number[];
}

/**
 * Sizes are spread over the range that this text has, bits start at 0; both ends are rounded outwards. The token that
 * the model adds is often far larger than all others, and is left out.
 */
export function colours(quantity: Quantity, text: TextView, run: RunView | null): Colours {
  const values = text.tokens.map((token) => valueAt(quantity, token, run));
  const known = values.flatMap((value, index) => (value === null || isLeftOut(text, index) ? [] : [value]));
  const [low, high] = extent(known);
  if (low === undefined || high === undefined) return { values, domain: null, strength: values.map(() => 0) };
  const ends =
    quantity === 'size' ? (low === high ? [low - 0.5, high + 0.5] : [low, high]) : [0, Math.max(max(known) ?? 0, 1)];
  const scale = scaleLinear().domain(ends).nice(5).clamp(true);
  const [from = 0, to = 1] = scale.domain();
  return {
    values,
    domain: [from, to],
    strength: values.map((value, index) => (value === null || isLeftOut(text, index) ? 0 : scale(value))),
  };
}
