import type { Control, Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { LabEntry, LabRequest, LabResult } from '../../shared/lab';
import type { Model } from '../model';
import type { PositionStore } from '../positions';
import { between } from './between';
import { extremes } from './extremes';
import { length } from './length';
import { roundTrip } from './roundTrip';
import { oneLength, rulers } from './rulers';
import { softmaxShift } from './softmaxShift';
import { targetSize } from './targetSize';
import { tied } from './tied';

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

/** Runs one experiment on the loaded model. */
export async function runExperiment(model: Model, store: PositionStore, request: LabRequest, { signal, onProgress }: Control): Promise<LabResult> {
  const control: LabControl = { signal, tell: (fraction) => onProgress?.({ stage: 'lab', fraction }) };
  const { name, options } = request;
  switch (name) {
    case 'rulers':
      return { name, result: await rulers(model, options, control) };
    case 'one-length':
      return { name, result: await oneLength(model, options, control) };
    case 'round-trip':
      return { name, result: await roundTrip(model, options, { ...control, estimate: (fraction, result) => onProgress?.({ stage: 'lab', fraction, estimate: { name, result } }) }) };
    case 'target-size':
      return { name, result: await targetSize(model, options, { ...control, estimate: (fraction, result) => onProgress?.({ stage: 'lab', fraction, estimate: { name, result } }) }) };
    case 'softmax-shift':
      return { name, result: await softmaxShift(model, store, options, control) };
    case 'length':
      return { name, result: await length(model, store, options, control) };
    case 'between':
      return { name, result: await between(model, store, options, control) };
    case 'tied':
      return { name, result: await tied(model, control) };
    case 'extremes':
      return { name, result: await extremes(model, control) };
  }
}

export const entry = (model: Model, id: number, value: number): LabEntry => ({ id, text: model.tokenizer.textOf(id), value });

/** Throws `EngineError('bad-request')` unless the number is whole and within its bounds. */
export function checkWhole(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) throw new EngineError('bad-request', `The ${what} is ${value}; it must be a whole number from ${least} to ${most}.`);
}

export const checkToken = (model: Model, id: number): void => checkWhole('token id', id, 0, model.vocabulary.length - 1);
