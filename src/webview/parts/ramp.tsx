import type { ComponentChildren } from 'preact';
import { levels } from '../../shared/levels';

interface RampProps {
  /** Class of each step. */
  readonly swatch: string;
  /** Further class of the whole. */
  readonly name?: string;
}

interface ScaleProps extends Partial<RampProps> {
  /** What stands at the weak end and at the strong one. */
  readonly ends: readonly [string, string];
  /** Another scale, to the left of this one. */
  readonly before?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A colour scale between its ends, and what it shows. */
export const ColourScale = ({ ends: [low, high], swatch = 'lens-swatch', name = '', before, children }: ScaleProps) => (
  <p class={`lens-legend ${name}`.trim()}>
    {before}
    <span>{low}</span>
    <Ramp swatch={swatch} />
    <span>{high}</span>
    <span class="lens-legend-note">{children}</span>
  </p>
);

/** The steps of a colour scale, from weak to strong. */
export const Ramp = ({ swatch, name = '' }: RampProps) => (
  <span class={`ramp ${name}`.trim()} aria-hidden="true">
    {levels.map((level) => (
      <span class={swatch} style={{ '--strength': (level - 0.5) / levels.length }} />
    ))}
  </span>
);
