import { levels } from '../../shared/levels';

interface RampProps {
  /** Class of each step. */
  readonly swatch: string;
  /** Further class of the whole. */
  readonly name?: string;
}

/** The steps of a colour scale, from weak to strong. */
export const Ramp = ({ swatch, name = '' }: RampProps) => (
  <span class={`ramp ${name}`.trim()} aria-hidden="true">
    {levels.map((level) => (
      <span class={swatch} style={{ '--strength': (level - 0.5) / levels.length }} />
    ))}
  </span>
);
