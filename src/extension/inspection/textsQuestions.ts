import { here } from '../../shared/consent';
import { otherPositionOf, type OfBoth, type PatchPart } from '../../shared/vectors/texts';
import type { Now } from './now';
import { known, memo, numberOf, ofText, theRun, type Question } from './question';

/** Likeliest tokens of each of the two predictions of a cell. */
const listed = 10;

const isWanted = ({ sight, looking: { texts } }: Now) => sight.texts && texts?.failure === null;

const both = memo((now: Now) => {
  const [{ request, model }, other] = [now, now.looking.texts?.other];
  const leave = here(model);
  return request && other && leave ? ofText('twoTexts', request, leave, { ...theRun, other }, isWanted(now)) : null;
});

const pair = memo((now: Now) => {
  const { request, at, options, looking, model } = now;
  const leave = here(model);
  const [other, two] = [looking.texts?.other, known(now.answers.twoTexts, both(now))];
  if (!request || at === null || !other || !two || !leave) return null;
  const otherPosition = otherPositionOf(two, looking.texts?.position ?? null, at);
  const asked = { ...theRun, other, position: at, otherPosition, count: options.top };
  // More tokens may be listed of the same pair.
  const stays = [numberOf(request), numberOf(other), at, otherPosition].join(' ');
  return ofText('twoPositions', request, leave, asked, isWanted(now), { stays });
});

/** The grid that is shown, and what its rows and cells ask alike; null while the pair of positions is not known. */
const gridOf = memo((now: Now) => {
  const { request, looking, model, answers } = now;
  const [{ other, patch } = { other: null, patch: null }, question] = [looking.texts ?? undefined, pair(now)];
  const next = known(answers.twoPositions, question);
  const leave = here(model);
  if (!request || !other || !patch || !next || !leave || !model?.trunk || patch.pair !== question?.stays) return null;
  const { position, otherPosition, likeliest } = next;
  const { part, layer, tokens } = patch;
  const rows = textRowsOf(part, model.trunk);
  return {
    request,
    leave,
    patch,
    rows,
    layer,
    asked: { ...theRun, other, part, position, otherPosition, tokens: tokens ?? likeliest },
  };
});

/** Rows of a grid of patches. */
export const textRowsOf = (
  part: PatchPart,
  { layers, heads }: { readonly layers: number; readonly heads: number },
): number => (part === 'head' ? heads : layers + Number(part === 'residual'));

/** A row of a grid: the share of the difference that comes back, for each position of B. */
export interface PatchedRow {
  readonly row: number;
  readonly values: Float64Array;
  readonly difference: OfBoth;
}

/** The two texts and positions that a grid of patches is about. */
export const pairOf = (now: Now): string | null => pair(now)?.stays ?? null;

/** A second text beside the inspected one, and vectors of the one in the other. */
export const textsQuestions = {
  twoTexts: both,
  twoPositions: pair,
  patchCell(now: Now) {
    const grid = gridOf(now);
    if (!grid?.patch.open) return null;
    const { row, at } = grid.patch.open;
    const rowOf = grid.layer === null ? { layer: row } : { layer: grid.layer, head: row };
    return ofText('patchCell', grid.request, grid.leave, { ...grid.asked, ...rowOf, at, count: listed }, isWanted(now));
  },
  /** Row by row, the last first: a run from there on is short, so that the grid soon shows something. */
  patch(now: Now): readonly Question<PatchedRow>[] {
    const grid = gridOf(now);
    if (!grid) return [];
    const { request, leave, rows, layer, asked, patch } = grid;
    const wanted = isWanted(now) && !patch.isStopped;
    return Array.from({ length: rows }, (_, index) => {
      const row = rows - 1 - index;
      return ofText(
        'patch',
        request,
        leave,
        { ...asked, ...(layer !== null && { layer }), first: row, count: 1 },
        wanted,
        {
          take: ({ difference, rows: [values = new Float64Array()] }) => ({ row, values, difference }),
        },
      );
    });
  },
};
