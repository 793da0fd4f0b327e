import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import { count, plain } from '../../shared/format';
import type { ViewChoices } from '../../shared/kept';
import { rangesOf, usual, type NumberRange } from '../../shared/lab';
import type { PanelState } from '../../shared/panel';

export type Draft = ViewChoices['labOptions'];

export interface OptionsProps {
  readonly draft: Draft;
  readonly set: (change: Draft) => void;
  readonly state: PanelState;
}

export interface NumberOption {
  readonly key: string;
  readonly label: () => string;
  readonly range: NumberRange;
  /** The value until the user sets another. */
  readonly initial: number | ((state: PanelState) => number);
}

export const seed: NumberOption = {
  key: 'seed',
  label: () => l10n.t('seed'),
  range: rangesOf('target-size').seed,
  initial: usual.seed,
};

/** The value of an option: as set by the user, or the initial one. */
export function optionValue({ key, initial }: NumberOption, draft: Draft, state: PanelState): number {
  const value = draft[key];
  if (typeof value === 'number') return value;
  return typeof initial === 'number' ? initial : initial(state);
}

/** The value of an option, at most the number of tokens in the vocabulary. */
export function countOf(option: NumberOption, draft: Draft, state: PanelState): number {
  const value = optionValue(option, draft, state);
  return Math.min(value, state.model?.vocabulary ?? value);
}

interface NumbersProps extends OptionsProps {
  readonly options: readonly NumberOption[];
}

export const NumberOptions = ({ options, draft, set, state }: NumbersProps) => (
  <>
    {options.map((option) => (
      <NumberField
        key={option.key}
        label={option.label()}
        value={optionValue(option, draft, state)}
        range={option.range}
        onChange={(value) => set({ [option.key]: value })}
      />
    ))}
  </>
);

/** A number that may be left out. */
export type OptionalOption = Omit<NumberOption, 'initial'>;

export function OptionalNumber({ option, draft, set }: OptionsProps & { readonly option: OptionalOption }) {
  const { key, label, range } = option;
  const value = draft[key];
  return (
    <NumberField
      label={label()}
      value={typeof value === 'number' ? value : null}
      range={range}
      onChange={(next) => set({ [key]: next })}
      onClear={() => set({ [key]: false })}
    />
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  readonly range: NumberRange;
  readonly onChange: (value: number) => void;
  /** Present if the number may be left out. */
  readonly onClear?: () => void;
}

/** Reads a typed number; null if it is none or out of range. */
export function readNumber(text: string, { least, most, isFraction }: NumberRange): number | null {
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) && value >= least && value <= most && (isFraction || Number.isInteger(value))
    ? value
    : null;
}

/** A labelled field for a number. Invalid input is marked and changes nothing. */
export function NumberField({ label, value, range, onChange, onClear }: NumberFieldProps) {
  const [text, setText] = useState(String(value ?? ''));
  useEffect(() => setText((now) => (readNumber(now, range) === value ? now : String(value ?? ''))), [value]);
  const { least, most, isFraction } = range;
  const isValid = text === '' ? value === null || onClear !== undefined : readNumber(text, range) !== null;
  return (
    <label class="lab-option">
      <span>{label}</span>
      <input
        type="number"
        class="lab-number"
        min={least}
        max={most}
        step={isFraction ? 'any' : 1}
        value={text}
        aria-invalid={!isValid}
        onInput={(event) => {
          setText(event.currentTarget.value);
          const read = readNumber(event.currentTarget.value, range);
          if (read !== null) onChange(read);
          else if (event.currentTarget.value === '') onClear?.();
        }}
      />
      {!isValid && (
        <span role="alert">
          {value === null
            ? l10n.t('not between {0} and {1}', count(least), count(most))
            : l10n.t('not between {0} and {1}; {2} is kept', count(least), count(most), plain(value))}
        </span>
      )}
    </label>
  );
}
