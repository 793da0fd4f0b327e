import type { Rotary } from '../../shared/engine';

/** One pair of a head's dimensions at one position. */
export interface PairAngle {
  readonly pair: number;
  /** Full turns so far, ≥ 0. */
  readonly turns: number;
  /** What is left beside the full turns: degrees, 0 … 360. */
  readonly degrees: number;
  /** Positions that make one full turn. */
  readonly period: number;
}

/** Pairs of a head's dimensions. */
export const pairCount = ({ headSize }: Rotary): number => Math.floor(headSize / 2);

/** How far each pair has turned at a position, counted from 0, the fastest first. */
export function pairAngles(rotary: Rotary, position: number): readonly PairAngle[] {
  return Array.from({ length: pairCount(rotary) }, (_, pair) => {
    const period = 2 * Math.PI * rotary.base ** ((2 * pair) / rotary.headSize);
    const turns = position / period;
    return { pair, turns, degrees: 360 * (turns - Math.floor(turns)), period };
  });
}

/** Steps of the slider. */
export const sliderSteps = 240;

/**
 * The position that a step of the slider stands for: 0 … `last`, the near ones apart and the far ones close together.
 */
export const positionAt = (step: number, last: number): number =>
  Math.min(Math.round((last + 1) ** (step / sliderSteps)) - 1, last);

/** The step that is nearest to a position. */
export const stepAt = (position: number, last: number): number =>
  last === 0 ? 0 : Math.round((sliderSteps * Math.log(position + 1)) / Math.log(last + 1));
