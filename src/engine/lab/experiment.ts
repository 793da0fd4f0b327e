import type { Signal } from '../../shared/engine';
import { outOfRange, said } from '../../shared/errors';
import type { Experiment, Experiments, LabEntry, NumberRange } from '../../shared/lab';
import type { Said } from '../../shared/said';
import type { PositionStore } from '../analysis/positions';
import type { Model } from '../model/model';

export interface Trial<E extends Experiment> {
  readonly model: Model;
  readonly options: Experiments[E]['options'];
  readonly signal: Signal | undefined;
  /** Reports the share that is done, 0 … 1, and the result expected from that share. */
  readonly report: (fraction: number, estimate?: Experiments[E]['result']) => void;
}

export interface TextTrial<E extends Experiment> extends Trial<E> {
  readonly positions: PositionStore;
}

export const entry = (model: Model, id: number, value: number): LabEntry => ({
  id,
  text: model.tokenizer.textOf(id),
  value,
});

/** Throws `EngineError('bad-request')` unless the number is in its range. */
export function checkNumber(what: Said, value: number, { least, most, isFraction }: NumberRange): void {
  if (value >= least && value <= most && (isFraction || Number.isInteger(value))) return;
  throw outOfRange(what, value, `${least} to ${most}`);
}

export const checkToken = (model: Model, id: number): void =>
  checkNumber(said`token id`, id, { least: 0, most: model.vocabulary.length - 1 });
