import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface SliderProps {
  readonly label: string;
  readonly range: { readonly least: number; readonly most: number; readonly step: number };
  readonly value: number;
  readonly text: (value: number) => string;
  readonly onChoose: (value: number) => void;
  /** Beside it. */
  readonly children: (moved: number) => ComponentChildren;
}

/** A slider that chooses once it is let go, since each choice is a run. */
export function Slider({ label, range: { least, most, step }, value, text, onChoose, children }: SliderProps) {
  const [moved, setMoved] = useState(value);
  useEffect(() => setMoved(value), [value]);
  return (
    <>
      <input
        class="slider layer-slider"
        type="range"
        aria-label={label}
        aria-valuetext={text(moved)}
        {...{ min: least, max: most, step, value: moved }}
        onInput={({ currentTarget }) => setMoved(Number(currentTarget.value))}
        onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}
      />
      {children(moved)}
    </>
  );
}
