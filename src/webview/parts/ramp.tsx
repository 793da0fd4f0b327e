import type { ComponentChildren } from 'preact';
import { levels } from '../../shared/levels';
import { underlined } from './quantities';

interface ScaleProps {
  /** What stands at the weak end and at the strong one. */
  readonly ends: readonly [string, string];
  /** Another scale, to the left of this one. */
  readonly before?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A colour scale between its ends, and what it shows. */
export const ColourScale = ({ ends: [low, high], before, children }: ScaleProps) => (
  <p class="row legend">
    {before}
    <span>{low}</span>
    <Ramp />
    <span>{high}</span>
    <span>{children}</span>
  </p>
);

/** The steps of a colour scale, from weak to strong, or those away from it, on request with the lines of tokens. */
export const Ramp = ({
  away = false,
  isUnderlined = false,
}: {
  readonly away?: boolean;
  readonly isUnderlined?: boolean;
}) => (
  <span class={away ? 'ramp away' : 'ramp'} aria-hidden="true">
    {levels.map((level) => (
      <span
        class={away ? 'swatch away' : 'swatch'}
        style={{ '--strength': (level - 0.5) / levels.length, ...(isUnderlined && underlined(level)) }}
      />
    ))}
  </span>
);
