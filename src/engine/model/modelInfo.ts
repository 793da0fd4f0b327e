import type { TrunkInfo } from '../../shared/engine';
import type { Said } from '../../shared/said';
import type { ServerAgreement, ServerInfo } from '../../shared/server';
import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters, RotaryPositions } from '../architecture/hyperparameters';
import { plainFrequencies } from '../architecture/rotary';
import type { ModelServer } from '../servers/modelServer';
import type { ServedText } from '../servers/servedText';

/** The file's name without the quantisation, which is shown apart. */
export function nameWithoutType(name: string, quantisation: string): string {
  const suffix = new RegExp(`[-._]${quantisation}$`, 'i');
  return name.replace(suffix, '') || name;
}

/** The layers' description. `rotary` is `null` if no single formula holds for all of them. */
export function trunkInfo({ position, norm }: Architecture, hyperparameters: Hyperparameters): TrunkInfo {
  const { layers, heads, keyValueHeads, attention, feedForward, experts, contextLength } = hyperparameters;
  const { logitCap, parallel, mixers } = hyperparameters;
  const rotary = oneFormula(attention);
  return {
    layers,
    heads,
    keyValueHeads,
    ...(mixers && { mixers }),
    feedForward,
    ...(experts && {
      experts: { count: experts.count, used: experts.used, ...(experts.hasDense && { hasDense: true }) },
    }),
    contextLength,
    position,
    rotary: rotary ? { base: rotary.base, headSize: 2 * rotary.frequencies.length } : null,
    norm,
    ...(attention.some(({ window }) => window < Infinity) && { windowed: true as const }),
    ...(logitCap !== undefined && { logitCap }),
    ...(parallel && { parallel }),
  };
}

/** The rotary positions if one formula holds for all layers: every pair rotates by base^(−2j / rotated), unscaled. */
function oneFormula(attention: Hyperparameters['attention']): RotaryPositions | null {
  const [first, ...others] = attention.map(({ rotary }) => rotary);
  if (!first) return null;
  const plain = plainFrequencies(first.base, 2 * first.frequencies.length);
  const isPlain = (rotary: RotaryPositions | null) =>
    rotary !== null && rotary.frequencies.every((turn, pair) => turn === plain[pair]);
  return isPlain(first) && others.every(isPlain) ? first : null;
}

/** The server that runs a model's layers, and what is known of the output side from the matrices' file. */
export interface ServedLayers {
  readonly server: ModelServer;
  readonly text: ServedText;
  readonly agreement: ServerAgreement | null;
  /** Sentences for the user, mostly none. */
  readonly notices: readonly Said[];
}

export function serverInfo(
  { server, agreement }: ServedLayers,
  logitCap: number | undefined,
  hasOutputBias: boolean,
): ServerInfo {
  const { address, kind, model, gives, contextLength } = server;
  return {
    address,
    kind,
    model,
    gives,
    contextLength,
    agreement,
    ...(logitCap !== undefined && { logitCap }),
    ...(hasOutputBias && { outputBias: true }),
  };
}
