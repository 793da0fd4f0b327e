import * as l10n from '@vscode/l10n';
import { greatest, range } from 'd3-array';
import { headNumber } from '../../shared/attention';
import { bits, fixed, signed, valued } from '../../shared/format';
import type { PatchView, TextsView } from '../../shared/instruments';
import type { LayerKinds } from '../../shared/layerParts';
import type { PanelState } from '../../shared/panel';
import type { Token, NamedToken } from '../../shared/tokens';
import type { OfBoth } from '../../shared/vectors/texts';
import { translatedPart } from '../attention/ablation';
import { PositionsGrid } from '../journey/lens/grid';
import { useScrolledGrid } from '../journey/lens/scrolledGrid';
import { residualPlace, shortResidual } from '../parts/layers';
import { placeName } from '../parts/place';
import { useWidth } from '../parts/width';
import { tokenLabel, type Words, words } from '../parts/words';
import { alignedTexts, chosenPlaces, partnerOf } from './finding';

/** A share from here on counts as all. */
const whole = 0.9;
/** A share below this is not worth naming. */
const worthSaying = 0.1;

type Kind = Pick<PatchView, 'part' | 'layer'>;

/** What a row of the grid puts from A into B, inside a sentence. */
export function patchedPart({ part, layer }: Kind, row: number, kinds: LayerKinds): string {
  if (part === 'residual') return l10n.t('the residual {0}', residualPlace(row));
  return part === 'head'
    ? translatedPart({ kind: part, layer: layer ?? 0, head: row })
    : translatedPart({ kind: part, layer: row }, kinds);
}

/** The same in few letters. */
export const shortRow = ({ part, layer }: Kind, row: number): string =>
  part === 'residual'
    ? shortResidual(row)
    : part === 'head'
      ? headNumber({ layer: layer ?? 0, head: row })
      : String(row);

export const share = (value: number): string => fixed(value, 2);

/** The tokens whose logits a grid compares; null if their names are not known. */
export function measuredBy(
  { next }: Pick<TextsView, 'next'>,
  ids: OfBoth | null,
  named: readonly NamedToken[],
): OfBoth<NamedToken> | null {
  const known = [...named, ...(next?.tokens.map(({ token }) => token) ?? [])];
  const [a, b] = (ids ?? next?.likeliest ?? []).map((id) => known.find((token) => token.id === id));
  return a && b ? [a, b] : null;
}

/** The last row up to which all of a column comes back without a gap; −1 if not even the first does. */
function wholeUpTo(column: readonly number[]): number {
  const end = column.findIndex((value) => !(value >= whole));
  return end < 0 ? column.length - 1 : end - 1;
}

/** Where the difference between the two texts is, layer by layer. */
export function patchFinding(state: PanelState): Words {
  const aligned = alignedTexts(state);
  const places = chosenPlaces(state);
  const grid = state.texts?.patch;
  if (!aligned || !places || !grid) return [];
  const { rows } = grid;
  const known = rows.filter((row) => row !== null);
  if (grid.progress !== 'done' || known.length < rows.length)
    return [l10n.t('{0} of {1} rows are filled', known.length, rows.length)];
  if (grid.difference && grid.difference[0] === grid.difference[1])
    return [l10n.t('The difference of the two logits is the same in A and B, so nothing can come back')];
  const [a, b] = aligned.tokens;
  const last = places.at[1];
  const named = (at: number): Words | null => {
    const [of, into] = [a[partnerOf(aligned.result, at, 1) ?? -1], b[at]];
    return of && into ? (of.id === into.id ? [into] : words(l10n.t('{0} in the place of {1}'), of, into)) : null;
  };
  const column = (at: number): readonly number[] => known.map((row) => row[at] ?? NaN);
  const first = greatest(range(last), (at) => wholeUpTo(column(at)));
  const upTo = first === undefined ? -1 : wholeUpTo(column(first));
  const end = rows.length - 1;
  const from = end - wholeUpTo(column(last).toReversed());
  const source = first === undefined ? null : named(first);
  const target = b[last];
  // The last residual of the last position is A’s own h, so in the end all of it comes back.
  if (grid.part === 'residual' && target && from <= end) {
    const isSource = source !== null && upTo >= 0;
    // The last position has all of it from the input on if the texts differ there alone.
    const throughout = isSource && upTo >= end ? source : from === 0 ? [target] : null;
    if (throughout)
      return words(l10n.t('The residual of {0} brings back all of the difference at every layer'), throughout);
    return words(
      !isSource
        ? l10n.t('No earlier position carries all of the difference. From layer {2} on, the last one, {3}, does')
        : l10n.t(
            'The residual of {0} brings back all of the difference up to {1}. From layer {2} on, the last position, {3}, carries it',
          ),
      ...[
        source ?? '',
        upTo === 0 ? l10n.t('the input') : valued(l10n.t('layer'), shortRow(grid, upTo)),
        shortRow(grid, from),
        target,
      ],
    );
  }
  const cells = known.flatMap((row, at) => Array.from(row, (value, position) => ({ value, at, position })));
  const best = greatest(cells, ({ value }) => value);
  const at = best && named(best.position);
  return best && at && best.value >= worthSaying
    ? words(
        l10n.t('The most comes back with {0} at {1}: {2} of the difference'),
        patchedPart(grid, best.at, state.model?.trunk),
        at,
        share(best.value),
      )
    : [l10n.t('No single patch brings back as much as a tenth of the difference')];
}

/** What an open cell changes. */
export function openedWords(grid: PatchView, tokens: OfBoth<NamedToken> | null): Words {
  const result = grid.open?.result;
  if (!result || !grid.difference) return [];
  const [before, after] = result.difference;
  const back = share((after - before) / (grid.difference[0] - before));
  const [a, b] = tokens ?? [l10n.t('the first token'), l10n.t('the second')];
  return words(
    l10n.t(
      'The logit of {0} minus that of {1} goes from {2} to {3}. In A it is {4}, so {5} of the difference comes back. KL divergence: {6} bits.',
    ),
    a,
    b,
    signed(before),
    signed(after),
    signed(grid.difference[0]),
    back,
    bits(result.divergence),
  );
}

/** A smaller share is quiet. */
const faint = 0.03;

interface GridProps {
  readonly kinds: LayerKinds;
  readonly grid: PatchView;
  /** B’s tokens, and A’s at the corresponding positions. */
  readonly tokens: readonly Token[];
  readonly partners: readonly (Token | undefined)[];
  /** The position of B whose prediction is looked at. No later one can change it. */
  readonly last: number;
  readonly onOpen: (row: number, at: number) => void;
}

/** The share that comes back for every row and position of B. */
export function PatchGrid({ grid: patch, kinds, tokens, partners, last, onOpen }: GridProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const count = last + 1;
  const text = { tokens, contextCount: 0 };
  const grid = useScrolledGrid({ count, rows: patch.rows.length, width, position: last, run: tokens });
  const valueOf = (row: number, at: number): number => patch.rows[row]?.[at] ?? NaN;
  const cell = (row: number, at: number) => {
    const value = valueOf(row, at);
    const isKnown = Number.isFinite(value);
    const hasPartner = partners[at] !== undefined;
    const token = tokens[at];
    const where = l10n.t('{0}, {1}', patchedPart(patch, row, kinds), token ? tokenLabel(token) : placeName(text, at));
    const label = isKnown
      ? `${share(value)}, ${where}`
      : !hasPartner
        ? l10n.t('no match in A, {0}', where)
        : patch.rows[row]
          ? l10n.t('no difference, {0}', where)
          : l10n.t('not known yet, {0}', where);
    return {
      label,
      title: label,
      name: ['patch-cell', value < 0 && 'away', Math.abs(value) < faint && 'faint', !hasPartner && 'alone']
        .filter(Boolean)
        .join(' '),
      value,
      strength: isKnown ? Math.min(Math.abs(value), 1) : 0,
      isOpen: patch.open?.row === row && patch.open.at === at,
      content: isKnown && share(value),
    };
  };
  return (
    <div ref={ref}>
      <PositionsGrid
        {...{ grid, text, count, cell }}
        labelledBy="patch-title"
        rows={patch.rows.map((_, layer) => ({ layer, head: shortRow(patch, layer) }))}
        position={last}
        onOpen={(row, at) => Number.isFinite(valueOf(row, at)) && onOpen(row, at)}
      />
    </div>
  );
}
