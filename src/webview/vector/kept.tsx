import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import type { KeptVector } from '../../shared/instruments';
import { Button, TextField } from '../controls';
import { makeVector } from '../parts/expression';
import { Table } from '../parts/table';
import type { SectionProps } from '../section';

const longestName = 60;

/** The vectors that a person keeps by name. */
export function KeptVectors({ state: { vector, keptVectors }, act }: SectionProps) {
  const [name, setName] = useState('');
  const expression = vector?.result?.expression ?? null;
  const keep = (kept: Omit<KeptVector, 'expression'> & { readonly expression: string | null }): void =>
    act.post({ type: 'keepVector', ...kept });
  const keepIt = (): void => {
    keep({ name: name.trim() || (expression ?? '').slice(0, longestName), expression });
    setName('');
  };
  const buttons = [
    [
      l10n.t('Copy'),
      (kept: KeptVector) => l10n.t('Copy the expression of {0}', kept.name),
      (kept: KeptVector) => act.post({ type: 'copy', text: kept.expression }),
    ],
    [
      l10n.t('Forget'),
      (kept: KeptVector) => l10n.t('Forget {0}', kept.name),
      (kept: KeptVector) => keep({ ...kept, expression: null }),
    ],
  ] as const;
  return (
    <>
      {(expression !== null || keptVectors.length > 0) && <h3>{l10n.t('Kept vectors')}</h3>}
      {expression !== null && (
        <div class="vector-field">
          <TextField
            id="vector-name"
            value={name}
            label={l10n.t('Name of the vector')}
            placeholder={l10n.t('A name')}
            maxLength={longestName}
            onInput={setName}
            onKeyDown={({ key }) => key === 'Enter' && keepIt()}
          />
          <Button onPress={keepIt}>{l10n.t('Keep the vector')}</Button>
        </div>
      )}
      {keptVectors.length > 0 && (
        <Table<KeptVector>
          name="vector-kept"
          label={l10n.t('Kept vectors')}
          rows={keptVectors}
          columns={[
            {
              ...{ head: l10n.t('name'), names: true, value: (kept) => kept.name },
              press: (kept) => makeVector(kept.expression, act),
            },
            { head: l10n.t('expression'), cells: 'mono', value: (kept) => kept.expression },
            ...buttons.map(([text, label, press]) => ({
              ...{ head: '', value: () => text, press },
              button: (kept: KeptVector) => ({ 'aria-label': label(kept) }),
            })),
          ]}
        />
      )}
    </>
  );
}
