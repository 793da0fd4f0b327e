import { greatest, least } from 'd3-array';
import type { PanelState, ViewChoices } from '../../shared/panel';
import type { Token } from '../../shared/tokens';
import { bits, plural, size } from '../parts/format';
import type { Words } from '../parts/words';
import { type Quantity, valueAt } from './colouring';

/** Below so many bits a token counts as expected: the model gave it at least one chance in two. */
const expected = 1;
/** From so many bits on it counts as a surprise: less than one chance in thirty-two. */
const surprising = 5;

interface Measured {
  readonly token: Token;
  readonly value: number;
}

function surprisal(most: Measured, fewest: Measured): Words {
  if (most.token.index === fewest.token.index) return [most.token, ` cost ${bits(most.value)} bits`];
  if (most.value < surprising) return ['No great surprise: at most ', `${bits(most.value)} bits, for `, most.token];
  if (fewest.value > expected) return [most.token, ` was the surprise; nothing was expected, `, fewest.token, ` the most at ${bits(fewest.value)} bits`];
  return [most.token, ' was the surprise, ', fewest.token, ' was expected'];
}

function entropy(most: Measured, fewest: Measured): Words {
  if (most.token.index === fewest.token.index) return [`What follows is open by ${bits(most.value)} bits`];
  return ['What follows was most open after ', most.token, ` (${bits(most.value)} bits), most settled after `, fewest.token, ` (${bits(fewest.value)})`];
}

function lengths(most: Measured, fewest: Measured): Words {
  if (most.value === fewest.value) return [most.token, ` has size ${size(most.value)}`];
  return [most.token, ` is the longest vector (${size(most.value)}), `, fewest.token, ` the shortest (${size(fewest.value)})`];
}

const templates: Readonly<Record<Quantity, (most: Measured, fewest: Measured) => Words>> = { surprisal, entropy, size: lengths };

/** The extremes of what the chips are coloured by, in the text itself. */
export function tokensFinding({ text, run, status }: PanelState, { colouring }: ViewChoices): Words {
  if (!text) return [];
  const total = plural(text.total, 'token');
  if (colouring === 'none') return [total];
  const measured = text.tokens.slice(text.contextCount).flatMap((token) => {
    const value = valueAt(colouring, token, run);
    return value === null ? [] : [{ token, value }];
  });
  const most = greatest(measured, (a, b) => a.value - b.value);
  const fewest = least(measured, (a, b) => a.value - b.value);
  if (!most || !fewest) return [run ? `${total}; no prediction comes before the first` : status.kind === 'working' ? `${total}; predictions come after the run` : total];
  return templates[colouring](most, fewest);
}
