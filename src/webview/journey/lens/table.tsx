import * as l10n from '@vscode/l10n';
import type { VocabularyTexts } from '../../../shared/engine';
import { raw, bits, count, probability } from '../../../shared/format';
import { plainToken } from '../../../shared/glyphs';
import { lensEntries, type LensBlock, type LensView } from '../../../shared/instruments';
import { lensSteps, type LensStep } from '../../../shared/layers';
import type { RunView } from '../../../shared/panel';
import type { TextView } from '../../../shared/place';
import type { Token } from '../../../shared/tokens';
import { Behind } from '../../parts/behind';
import { placeName } from '../../parts/place';
import { TokenText } from '../../parts/text';
import { type Names, namesOf } from '../../parts/vocabulary';
import { SavePicture } from '../../picture/save';
import type { Actions } from '../../section';
import { lensIndex, type CellAt } from './cells';
import { shortStep, stepCells } from './steps';

/** The known cells for the clipboard, one row each, layer by layer. */
export function lensRows(
  blocks: readonly LensBlock[],
  names: Names,
  tokens: readonly Token[],
  layers: number,
): readonly (readonly (string | number)[])[] {
  const cellAt = lensIndex(blocks);
  const entries = Array.from({ length: lensEntries }, (_, entry) => entry);
  const header = [
    'layer',
    'after',
    'position',
    'token',
    ...entries.flatMap((entry) => [`top ${entry + 1}`, `id ${entry + 1}`, `probability ${entry + 1}`]),
    'entropy (bits)',
    'rank of the token that follows',
    'KL divergence of the final prediction from it (bits)',
  ];
  const rows = lensSteps(layers, true).flatMap((step) =>
    tokens.flatMap((token, position) => {
      const cell = cellAt(step.layer, position, step.after);
      if (!cell) return [];
      const top = entries.flatMap((entry) => {
        const one = cell.top[entry];
        return one ? [plainToken(names.token(one.id)), one.id, one.probability] : ['', '', ''];
      });
      const numbers = [raw(cell.entropy), raw(cell.rank), raw(cell.divergence)];
      return [[...stepCells(step), position, plainToken(token), ...top, ...numbers]];
    }),
  );
  return [header, ...rows];
}

interface LensTableProps {
  readonly cellAt: CellAt;
  readonly names: Names;
  readonly steps: readonly LensStep[];
  readonly position: number;
  /** `position 5`. */
  readonly place: string;
}

/** One column of the lens in numbers. */
export function LensTable({ cellAt, names, steps, position, place }: LensTableProps) {
  const cells = steps.map((step) => ({ step, cell: cellAt(step.layer, position, step.after) }));
  const hasDivergence = cells.some(({ cell }) => typeof cell?.divergence === 'number');
  return (
    <table class={hasDivergence ? 'lens-table folding with-divergence' : 'lens-table folding'}>
      <thead>
        <tr>
          <th scope="col" class="number">
            {l10n.t('layer')}
          </th>
          <th scope="col" colSpan={lensEntries}>
            {l10n.t('likeliest tokens ({0}), with their probabilities', place)}
          </th>
          <th scope="col" class="number">
            {l10n.t('entropy')}
          </th>
          <th scope="col" class="number">
            {l10n.t('rank of the next token')}
          </th>
          {hasDivergence && (
            <th scope="col" class="number">
              {l10n.t('KL divergence (bits)')}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {cells.map(({ step, cell }) => {
          return (
            <tr>
              <td class="number">{shortStep(step)}</td>
              {Array.from({ length: lensEntries }, (_, entry) => {
                const one = cell?.top[entry];
                return (
                  <td data-value={raw(one?.probability)}>
                    {one && <TokenText token={names.token(one.id)} />} {one ? probability(one.probability) : '–'}
                  </td>
                );
              })}
              <td class="number">{bits(cell?.entropy)}</td>
              <td class="number">{count(cell?.rank)}</td>
              {hasDivergence && <td class="number">{bits(cell?.divergence)}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface LensBehindProps {
  readonly lens: LensView;
  readonly run: RunView;
  readonly text: TextView;
  readonly vocabulary: VocabularyTexts | null;
  readonly layers: number;
  /** With the rows after attention. */
  readonly between: boolean;
  readonly position: number;
  readonly act: Actions;
}

/** The chosen position’s column as a table. The copy has all known cells. */
export function LensBehind({ lens, run, text, vocabulary, layers, between, position, act }: LensBehindProps) {
  if (!vocabulary || position >= run.length) return null;
  const names = namesOf(vocabulary);
  return (
    <Behind
      summary={l10n.t('Lens as a table')}
      label={l10n.t('Copy the lens as a table')}
      copied={l10n.t('Copied the lens')}
      rows={() => lensRows(lens.blocks, names, text.tokens, layers)}
      act={act}
      picture={<SavePicture of="lens" title={l10n.t('Logit lens')} act={act} />}
    >
      {() => (
        <LensTable
          cellAt={lensIndex(lens.blocks)}
          names={names}
          steps={lensSteps(layers, between)}
          position={position}
          place={placeName(text, position)}
        />
      )}
    </Behind>
  );
}
