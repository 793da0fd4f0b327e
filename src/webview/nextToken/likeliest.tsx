import * as l10n from '@vscode/l10n';
import { probability } from '../../shared/format';
import type { NamedToken } from '../../shared/tokens';
import { barColumn, tokenRow, Table } from '../parts/table';
import { continueColumn, type Continues } from './continueColumn';

interface LikeliestProps {
  readonly label: string;
  readonly entries: readonly { readonly token: NamedToken; readonly probability: number }[];
  readonly chosen: number | undefined;
  readonly onChoose: (id: number) => void;
  readonly continues?: Continues | undefined;
}

/** The compact form of a prediction: tokens and their probabilities, likeliest first. */
export const Likeliest = ({ label, entries, chosen, onChoose, continues }: LikeliestProps) => (
  <Table
    name="fixed likeliest"
    label={label}
    isHeadless
    rows={entries}
    chosen={chosen}
    row={({ token }, at) => ({ ...tokenRow(token, chosen), 'data-rank': at + 1 })}
    columns={[
      {
        head: l10n.t('token'),
        cells: 'name',
        names: true,
        value: ({ token }) => token,
        press: ({ token }) => onChoose(token.id),
      },
      ...(continues ? [continueColumn<(typeof entries)[number]>(({ token }) => token, continues)] : []),
      barColumn<(typeof entries)[number]>((entry) => entry.probability),
      { head: l10n.t('probability'), value: (entry) => entry.probability, print: probability, cells: 'probability' },
    ]}
  />
);
