import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import type { PanelState } from '../../shared/panel';
import type { Actions } from '../actions';
import { rowStep, useRoving } from './roving';

/** Whether the mean row is taken off before vectors are compared. */
export const Centred = ({ state, act }: { readonly state: PanelState; readonly act: Actions }) => (
  <Toggles
    label={l10n.t('Vectors')}
    options={[
      ['raw', l10n.t('raw')],
      ['centred', l10n.t('centred')],
    ]}
    value={state.options.centred ? 'centred' : 'raw'}
    onChoose={(choice) => act.post({ type: 'setOptions', options: { centred: choice === 'centred' } })}
  />
);

interface TogglesProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
}

/** In a radio group the arrows down and up do what those to the right and left do. */
const sameAs: Readonly<Record<string, string>> = { ArrowDown: 'ArrowRight', ArrowUp: 'ArrowLeft' };

/** A radio group in a row: one tab stop, and arrows choose. */
export function Toggles<T extends string>({ label, options, value, onChoose }: TogglesProps<T>) {
  const chosen = options.findIndex(([name]) => name === value);
  const roving = useRoving(options.length, chosen, (key, at) => {
    const next = rowStep(sameAs[key] ?? key, at, options.length);
    const option = next === null ? undefined : options[next];
    if (option && next !== at) onChoose(option[0]);
    return next;
  });
  return (
    <div class="toggles" role="radiogroup" aria-label={label} {...roving.group}>
      {options.map(([name, text], index) => (
        <button
          type="button"
          class="toggle"
          role="radio"
          aria-checked={name === value}
          onClick={() => onChoose(name)}
          {...roving.item(index)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

interface ToggleProps {
  readonly on: boolean;
  readonly onToggle: (on: boolean) => void;
  /** Tooltip. */
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** An on/off button. */
export const Toggle = ({ on, onToggle, title, children }: ToggleProps) => (
  <button type="button" class="toggle" aria-pressed={on} title={title} onClick={() => onToggle(!on)}>
    {children}
  </button>
);
