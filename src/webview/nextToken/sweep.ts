import type { LengthSweep, SizeSummary } from '../../shared/engine';
import { fixed, inWords } from '../../shared/format';
import type { Words } from '../parts/words';

const listLength = 10;

/** How strongly the list by distance repeats the list by dot product at one length of h. */
function verdict(shared: number): string {
  if (shared === listLength) return 'h is so long here that distance says the same as the dot product';
  if (shared >= 7) return 'h is long here, so distance comes near to the dot product';
  if (shared >= 4) return 'distance and the dot product agree in part';
  return shared === 0 ? 'distance says nothing of what the model would say' : 'distance says little of what the model would say';
}

const places = (length: number): number => (length < 10 ? 2 : length < 1000 ? 1 : 0);
/** ‖h‖ in model units: two places where it is the length that h has, else as many as a glance needs. */
export const printedLength = ({ lengths, actual }: LengthSweep, at: number): string => {
  const length = lengths[at] ?? NaN;
  return fixed(length, at === actual ? 2 : places(length));
};

/** What the list by distance shares with the two others at one length. */
export function atLength(sweep: LengthSweep, at: number): Words {
  const dot = sweep.sharedWithDot[at] ?? 0;
  const cosine = sweep.sharedWithCosine[at] ?? 0;
  const length = printedLength(sweep, at);
  const where = at === sweep.actual ? `At ‖h‖ = ${length}, as it is,` : `If ‖h‖ were ${length},`;
  const verb = at === sweep.actual ? 'share' : 'would share';
  return [`${where} the ten nearest by distance ${verb} ${inWords(dot)} with the ten by dot product and ${inWords(cosine)} with the ten by cosine: ${verdict(dot)}.`];
}

/** What holds at every length, and what becomes of the list by distance when h shrinks. */
export function overall(sweep: LengthSweep, dotAndCosine: number, { smallest }: SizeSummary): Words {
  const steady = `The lists by dot product and by cosine never change with ‖h‖; they share ${inWords(dotAndCosine)}. `;
  const firsts = sweep.nearest.map((list) => list[0]);
  const first = firsts[0];
  if (!first) return [steady];
  if (first.id !== smallest.id) return [steady, 'At the shortest length drawn the nearest by distance is ', first, '.'];
  const leaves = firsts.findIndex((token) => token?.id !== smallest.id);
  if (leaves < 0) return [steady, 'The nearest by distance is always ', smallest, ', the smallest token.'];
  return [steady, `Below about ${fixed(sweep.lengths[leaves], 1)} the nearest by distance is `, smallest, ', the smallest token of all.'];
}

/** Points of a line that keeps its value halfway to the next length: pairs of x and y. */
export function steps(values: readonly number[], x: (index: number) => number, y: (value: number) => number): string {
  const last = values.length - 1;
  return values
    .map((value, index) => {
      const from = index === 0 ? x(0) : (x(index - 1) + x(index)) / 2;
      const to = index === last ? x(last) : (x(index) + x(index + 1)) / 2;
      return `${from.toFixed(1)},${y(value).toFixed(1)} ${to.toFixed(1)},${y(value).toFixed(1)}`;
    })
    .join(' ');
}
