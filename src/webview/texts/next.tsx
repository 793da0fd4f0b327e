import * as l10n from '@vscode/l10n';
import { descending } from 'd3-array';
import type { TwoResiduals } from '../../shared/bothFacts';
import { fixed, size } from '../../shared/format';
import type { TwoPositions } from '../../shared/vectors/texts';
import { BeforeAfterGroups, beforeAfterTable } from '../attention/ablation';
import { haveSameResiduals, ResidualCharts } from '../journey/twoResiduals';
import { pending } from '../parts/awaited';
import { type Column, copiedRows } from '../parts/columns';
import { tokenRow, Table } from '../parts/table';
import { TakeAway } from '../picture/save';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { nextFinding, chosenPlaces, layersFinding } from './finding';

function TextsLayersBody({ state }: SectionProps) {
  const { texts } = state;
  const places = chosenPlaces(state);
  if (!texts?.result || !places) return <Pending>{pending(state)}</Pending>;
  const { angles, sizes, hiddenAngle } = texts.result;
  const { pair } = places;
  if (pair === null)
    return <Pending>{l10n.t('The position chosen in A does not match the one in B. Choose a pair above.')}</Pending>;
  const of = (row: Float64Array): number => row[pair] ?? NaN;
  const residuals: TwoResiduals = {
    position: places.at[0],
    hiddenAngle: hiddenAngle[pair] ?? null,
    residualAngle: Float64Array.from(angles, of),
    residualSize: [Float64Array.from(sizes, ([a]) => of(a)), Float64Array.from(sizes, ([, b]) => of(b))],
  };
  if (haveSameResiduals(residuals))
    return <Pending>{l10n.t('The residuals are the same here: the two texts do not differ yet.')}</Pending>;
  return (
    <ResidualCharts residuals={residuals} name="texts-layers" title={l10n.t('Two texts, layer by layer')} of="texts" />
  );
}

export const textsLayers: Section = {
  id: 'texts-layers',
  title: () => l10n.t('By layer'),
  isFolded: true,
  shown: ({ texts }) => Boolean(texts?.result),
  finding: layersFinding,
  Body: TextsLayersBody,
};

/** The likeliest tokens of both texts with the factors of their logits. */
export function textsTable(next: TwoPositions) {
  const cosine = (side: 0 | 1, name: string): Column<TwoPositions['tokens'][number]> => ({
    key: `cos θ in ${name}`,
    head: name,
    name: 'wide-only',
    value: ({ cosines }) => cosines[side],
    print: (value) => fixed(value, 4),
  });
  return beforeAfterTable(next, {
    names: ['A', 'B'],
    keys: ['in A', 'in B'],
    between: [
      { key: '‖u‖', head: '‖u‖', name: 'wide-only', value: (row) => row.size, print: size },
      cosine(0, 'A'),
      cosine(1, 'B'),
      { key: 'bias', value: ({ bias }) => bias },
    ],
  });
}

/** Tokens that are drawn: those that are likeliest in either text. */
const drawnTokens = 12;

function likeliest({ tokens }: TwoPositions) {
  const most = ({ probabilities }: TwoPositions['tokens'][number]): number => Math.max(...probabilities);
  const least = tokens.map(most).toSorted(descending)[drawnTokens - 1] ?? 0;
  return tokens.filter((row) => most(row) >= least);
}

function TextsNextBody({ state }: SectionProps) {
  const next = state.texts?.next;
  const chosen = chosenId(state);
  if (!next) return <Pending>{pending(state)}</Pending>;
  const between = (
    <>
      <td class="wide-only" />
      <th scope="colgroup" colSpan={2} class="group wide-only">
        cos θ
      </th>
    </>
  );
  return (
    <div data-picture="texts-next">
      <Table
        {...textsTable({ ...next, tokens: likeliest(next) })}
        name="natural dense before-after texts-next"
        label={l10n.t('The likeliest tokens in both texts')}
        chosen={chosen}
        row={({ token }) => tokenRow(token, chosen)}
        above={<BeforeAfterGroups between={between} />}
      />
      {next.tokens.length > drawnTokens && (
        <p class="note">
          {l10n.t(
            'The {0} likeliest tokens in either text, out of {1}. A copy has all of them.',
            drawnTokens,
            next.tokens.length,
          )}
        </p>
      )}
    </div>
  );
}

const TextsNextControls = ({ state: { texts } }: SectionProps) =>
  texts?.next ? (
    <TakeAway
      picture="texts-next"
      title={l10n.t('The predictions of two texts')}
      tables={() => (texts.next ? [copiedRows(textsTable(texts.next))] : [])}
      of="texts"
    />
  ) : null;

export const textsNext: Section = {
  id: 'texts-next',
  title: () => l10n.t('Next token'),
  isFolded: true,
  shown: ({ texts }) => Boolean(texts?.result),
  finding: nextFinding,
  Controls: TextsNextControls,
  Body: TextsNextBody,
};
