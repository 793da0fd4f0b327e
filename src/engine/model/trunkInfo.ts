import type { TrunkInfo } from '../../shared/engine';
import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters, Rotary } from '../architecture/hyperparameters';
import { plainTurns } from '../architecture/rotary';

/** The layers' description. `rotary` is `null` if no single formula holds for all of them. */
export function trunkInfo({ position, norm }: Architecture, hyperparameters: Hyperparameters): TrunkInfo {
  const { layers, heads, keyValueHeads, attention, feedForward, contextLength, logitCap } = hyperparameters;
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

/** The rotary positions if one formula holds for all layers: every pair rotates by base^(−2j / rotated), unscaled. */
function oneFormula(attention: Hyperparameters['attention']): Rotary | null {
  const [first, ...others] = attention.map(({ rotary }) => rotary);
  if (!first) return null;
  const plain = plainTurns(first.base, 2 * first.turns.length);
  const isPlain = (rotary: Rotary | null) =>
    rotary !== null && rotary.turns.every((turn, pair) => turn === plain[pair]);
  return isPlain(first) && others.every(isPlain) ? first : null;
}
