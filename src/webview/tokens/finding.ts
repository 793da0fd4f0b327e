import { greatest, least } from 'd3-array';
import type { PanelState } from '../../shared/panel';
import type { Token } from '../../shared/tokens';
import { bits, count, plural, size } from '../../shared/format';
import type { Words } from '../parts/words';
import { type Quantity, valueAt } from '../../shared/colouring';
import { limitIndex, placeOf } from '../../shared/place';

/** Below so many bits a token counts as expected: the model gave it at least one chance in two. */
const expected = 1;
/** From so many bits on it counts as a surprise: less than one chance in thirty-two. */
const surprising = 5;

interface Measured {
  readonly token: Token;
  /** ` at position 3` where the text has the token more than once, else nothing. */
  readonly where: string;
  readonly value: number;
}

function surprisal(most: Measured, fewest: Measured): Words {
  if (most.token.index === fewest.token.index) return [most.token, `${most.where} cost ${bits(most.value)} bits`];
  if (most.value < surprising) return [`No great surprise: at most ${bits(most.value)} bits, for `, most.token, most.where];
  if (fewest.value > expected) return [most.token, `${most.where} was the surprise; nothing was expected: at least ${bits(fewest.value)} bits, for `, fewest.token, fewest.where];
  return [most.token, `${most.where} was the surprise, `, fewest.token, `${fewest.where} was expected`];
}

function entropy(most: Measured, fewest: Measured): Words {
  if (most.token.index === fewest.token.index) return [`What follows is open by ${bits(most.value)} bits`];
  return ['What follows was most open after ', most.token, `${most.where} (${bits(most.value)} bits), most settled after `, fewest.token, `${fewest.where} (${bits(fewest.value)})`];
}

function lengths(most: Measured, fewest: Measured): Words {
  if (most.value === fewest.value) return [most.token, ` has size ${size(most.value)}`];
  return [most.token, ` is the longest vector (${size(most.value)}), `, fewest.token, ` the shortest (${size(fewest.value)})`];
}

const templates: Readonly<Record<Quantity, (most: Measured, fewest: Measured) => Words>> = { surprisal, entropy, size: lengths };

/** The same sentence said of the first tokens only, where the extremes of the others are not known. */
function within(covered: number, [first, ...others]: Words): Words {
  return [`Of the first ${count(covered)} tokens, `, typeof first === 'string' ? first.charAt(0).toLowerCase() + first.slice(1) : (first ?? ''), ...others];
}

/** The extremes of what the chips are coloured by, in the text itself. */
export function tokensFinding({ text, run, status, options: { colouring } }: PanelState): Words {
  if (!text) return [];
  const total = plural(text.total, 'token');
  if (colouring === 'none') return [total];
  const own = text.tokens.slice(text.contextCount);
  const measured = own.flatMap((token) => {
    const value = valueAt(colouring, token, run);
    return value === null ? [] : [{ token, value }];
  });
  const named = (entry: (typeof measured)[number] | undefined): Measured | undefined =>
    entry && { ...entry, where: own.some(({ id, index }) => id === entry.token.id && index !== entry.token.index) ? ` at ${placeOf(text, entry.token.index)}` : '' };
  const most = named(greatest(measured, (a, b) => a.value - b.value));
  const fewest = named(least(measured, (a, b) => a.value - b.value));
  if (!most || !fewest) return [run ? `${total}; no prediction comes before the first` : status.kind === 'working' ? `${total}; predictions come after the run` : total];
  const covered = colouring === 'size' ? own.length : Math.min(own.length, limitIndex(text) - text.contextCount);
  return covered < text.total ? within(covered, templates[colouring](most, fewest)) : templates[colouring](most, fewest);
}
