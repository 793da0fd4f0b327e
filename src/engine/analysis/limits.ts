import type { Pushed } from '../../shared/attention';
import { defaults } from '../../shared/engine';
import { badRequest, outOfRange } from '../../shared/errors';
import type { Model } from '../model/model';
import type { Positions } from '../trunk/heads';

export const isWithin = (index: number, end: number): boolean => Number.isInteger(index) && index >= 0 && index < end;

/** Throws `EngineError('bad-request')` if `count` is out of range. */
export function checkCount(count: number, least = 1): void {
  if (!Number.isInteger(count) || count < least || count > defaults.longestList) {
    throw outOfRange('count', count, `${least} to ${defaults.longestList}`);
  }
}

/** Throws `EngineError('bad-request')` if the text has no such position that was run. */
export function checkPosition(position: number, length: number): void {
  if (!isWithin(position, length)) throw outOfRange('position', position, `0 to ${length - 1}`);
}

/** Throws `EngineError('bad-request')` if the model has no residual r_layer: 0 … L. */
export function checkResidual(layer: number, layers: number): void {
  if (!isWithin(layer, layers + 1)) throw outOfRange('residual', layer, `0 to ${layers}`);
}

/** The positions that are asked for, all by default. Throws `EngineError('bad-request')` if they were not run. */
export function spanWithin(asked: Positions | undefined, length: number): Positions {
  const { from, to } = asked ?? { from: 0, to: length };
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from >= to || to > length)
    throw outOfRange('positions', `${from} to ${to - 1}`, `0 to ${length - 1}`);
  return { from, to };
}

/** Throws `EngineError('bad-request')` if the vocabulary lacks a token whose logit is pushed. */
export function checkPushed(model: Model, { output, against }: Pushed): void {
  if (output !== undefined) checkId(model, output);
  if (against !== undefined) checkId(model, against);
}

/** Throws `EngineError('bad-request')` if the vocabulary has no such token. */
export function checkId(model: Model, id: number): void {
  const { length } = model.vocabulary;
  if (!isWithin(id, length)) throw badRequest`There is no token ${id}; the vocabulary has the ids 0 to ${length - 1}.`;
}
