import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import { count } from '../../shared/format';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  readonly bounds: readonly [least: number, most: number];
  /** Whether it may be no whole number. */
  readonly fraction?: boolean;
  readonly onChange: (value: number) => void;
}

/** The number that was typed, or null where it is none or out of bounds. */
export function readNumber(text: string, [least, most]: readonly [number, number], fraction: boolean): number | null {
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) && value >= least && value <= most && (fraction || Number.isInteger(value))
    ? value
    : null;
}

/** A number with its name before it. What cannot be read is marked, and changes nothing. */
export function NumberField({ label, value, bounds, fraction = false, onChange }: NumberFieldProps) {
  const [text, setText] = useState(String(value ?? ''));
  useEffect(() => setText((now) => (readNumber(now, bounds, fraction) === value ? now : String(value ?? ''))), [value]);
  const [least, most] = bounds;
  const isRead = text === '' ? value === null : readNumber(text, bounds, fraction) !== null;
  return (
    <label class="lab-option">
      <span>{label}</span>
      <input
        type="number"
        class="lab-number"
        min={least}
        max={most}
        step={fraction ? 'any' : 1}
        value={text}
        aria-invalid={!isRead}
        onInput={(event) => {
          setText(event.currentTarget.value);
          const read = readNumber(event.currentTarget.value, bounds, fraction);
          if (read !== null) onChange(read);
        }}
      />
      {!isRead && (
        <span role="alert">
          {value === null
            ? l10n.t('not between {0} and {1}', count(least), count(most))
            : l10n.t('not between {0} and {1}; {2} is kept', count(least), count(most), String(value))}
        </span>
      )}
    </label>
  );
}
