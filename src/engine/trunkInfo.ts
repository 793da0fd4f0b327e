import type { TrunkInfo } from '../shared/engine';
import type { Architecture, Hyperparameters } from './architecture/architecture';
import { plainTurns, type Rotary } from './architecture/rotary';

/** What runs between the two matrices, for a person. */
export function trunkInfo({ position, norm }: Architecture, { layers, heads, keyValueHeads, attention, feedForward, contextLength, logitCap }: Hyperparameters): TrunkInfo {
  const rotary = oneFormula(attention);
  return {
    layers,
    heads,
    keyValueHeads,
    feedForward,
    contextLength,
    position,
    rotary: rotary ? { base: rotary.base, headSize: 2 * rotary.turns.length } : null,
    norm,
    ...(logitCap !== undefined && { logitCap }),
  };
}

/** The rotary positions, where one formula holds for all layers: every pair turns by base^(−2j / rotated), unscaled. */
function oneFormula(attention: Hyperparameters['attention']): Rotary | null {
  const [first, ...others] = attention.map(({ rotary }) => rotary);
  if (!first) return null;
  const plain = plainTurns(first.base, 2 * first.turns.length);
  const isPlain = (rotary: Rotary | null) => rotary !== null && rotary.turns.every((turn, pair) => turn === plain[pair]);
  return isPlain(first) && others.every(isPlain) ? first : null;
}
