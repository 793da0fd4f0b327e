import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { LabEntry } from '../../shared/lab';
import type { Model } from '../model/model';

export interface LabControl {
  readonly signal: Signal | undefined;
  /** Says how far the experiment is: 0 … 1. */
  readonly tell: (fraction: number) => void;
}

/** For experiments that know more with every step. */
export interface EstimatingControl<R> extends LabControl {
  /** Says what the result would be if the rest were like what was tried, and how much that is. */
  readonly estimate: (fraction: number, result: R) => void;
}

export const entry = (model: Model, id: number, value: number): LabEntry => ({
  id,
  text: model.tokenizer.textOf(id),
  value,
});

/** Throws `EngineError('bad-request')` unless the number is whole and within its bounds. */
export function checkWhole(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new EngineError(
      'bad-request',
      `The ${what} is ${value}; it must be a whole number from ${least} to ${most}.`,
    );
}

export const checkToken = (model: Model, id: number): void =>
  checkWhole('token id', id, 0, model.vocabulary.length - 1);
