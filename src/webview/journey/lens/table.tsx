import * as l10n from '@vscode/l10n';
import { range } from 'd3-array';
import type { DataRows } from '../../../shared/columns';
import { raw, bits, count, probability } from '../../../shared/format';
import { lensEntries, type LensBlock } from '../../../shared/instruments';
import { lensSteps, type LensStep } from '../../../shared/layers';
import type { RunView } from '../../../shared/panel';
import type { TextView } from '../../../shared/place';
import type { Token } from '../../../shared/tokens';
import { type Column, copiedRows } from '../../parts/columns';
import { shortStep, stepCells } from '../../parts/layers';
import { placeName } from '../../parts/place';
import type { TableProps } from '../../parts/table';
import { TokenText } from '../../parts/text';
import { type Names, namesOf } from '../../parts/vocabulary';
import { Behind } from '../../picture/behind';
import { type SectionProps } from '../../section';
import { lensIndex, type CellAt } from './colouring';

const entries = range(lensEntries);

/** The known cells for the clipboard, one row each, layer by layer. */
export function lensRows(
  blocks: readonly LensBlock[],
  names: Names,
  tokens: readonly Token[],
  layers: number,
): DataRows {
  const cellAt = lensIndex(blocks);
  const rows = lensSteps(layers, true).flatMap((step) =>
    tokens.flatMap((token, position) => {
      const cell = cellAt(step.layer, position, step.after);
      return cell ? [{ step, position, token, cell }] : [];
    }),
  );
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { key: 'layer', value: ({ step }) => stepCells(step)[0] },
    { key: 'after', value: ({ step }) => stepCells(step)[1] },
    { key: 'position', value: ({ position }) => position },
    { key: 'token', value: ({ token }) => token },
    ...entries.flatMap((entry): readonly Column<(typeof rows)[number]>[] => [
      { key: `top ${entry + 1}`, value: ({ cell: { top } }) => top[entry] && names.token(top[entry].id) },
      { key: `id ${entry + 1}`, value: ({ cell }) => cell.top[entry]?.id },
      { key: `probability ${entry + 1}`, value: ({ cell }) => cell.top[entry]?.probability },
    ]),
    { key: 'entropy (bits)', value: ({ cell }) => cell.entropy },
    { key: 'rank of the token that follows', value: ({ cell }) => cell.rank },
    { key: 'KL divergence of the final prediction from it (bits)', value: ({ cell }) => cell.divergence },
  ];
  return copiedRows({ columns, rows });
}

interface LensColumn {
  readonly cellAt: CellAt;
  readonly names: Names;
  readonly steps: readonly LensStep[];
  readonly position: number;
  /** `position 5`. */
  readonly place: string;
}

/** One column of the lens in numbers. */
export function lensTable({ cellAt, names, steps, position, place }: LensColumn): TableProps<LensStep> {
  const cellOf = ({ layer, after }: LensStep) => cellAt(layer, position, after);
  const hasDivergence = steps.some((step) => typeof cellOf(step)?.divergence === 'number');
  const columns: readonly Column<LensStep>[] = [
    { head: l10n.t('layer'), name: 'number', value: shortStep },
    ...entries.map((entry): Column<LensStep> => ({
      head: entry === 0 ? l10n.t('likeliest tokens ({0}), with their probabilities', place) : null,
      cell: (step) => ({ 'data-value': raw(cellOf(step)?.top[entry]?.probability) }),
      draw: (step) => {
        const one = cellOf(step)?.top[entry];
        return one ? [<TokenText token={names.token(one.id)} />, ` ${probability(one.probability)}`] : ' –';
      },
    })),
    { head: l10n.t('entropy'), value: (step) => cellOf(step)?.entropy ?? null, print: bits },
    { head: l10n.t('rank of the next token'), value: (step) => cellOf(step)?.rank ?? null, print: count },
  ];
  const divergence: Column<LensStep> = {
    head: l10n.t('KL divergence (bits)'),
    value: (step) => cellOf(step)?.divergence ?? null,
    print: bits,
  };
  return {
    columns: hasDivergence ? [...columns, divergence] : columns,
    rows: steps,
    name: 'lens-table folding',
  };
}

interface LensBehindProps extends SectionProps {
  readonly run: RunView;
  readonly text: TextView;
  readonly layers: number;
  readonly position: number;
}

/** The chosen position’s column as a table. The copy has all known cells. */
export function LensBehind({ run, text, layers, position, state, view }: LensBehindProps) {
  const { lens, vocabulary } = state;
  if (!lens || !vocabulary || position >= run.length) return null;
  const names = namesOf(vocabulary);
  return (
    <Behind
      name="lens"
      title={l10n.t('Logit lens')}
      table={() =>
        lensTable({
          cellAt: lensIndex(lens.blocks),
          names,
          steps: lensSteps(layers, view.lensBetween),
          position,
          place: placeName(text, position),
        })
      }
      copied={() => [lensRows(lens.blocks, names, text.tokens, layers)]}
    />
  );
}
