import { defaults } from '../../shared/engine';
import { EngineError } from '../../shared/errors';

/** Throws `EngineError('bad-request')` unless a list of so many entries can be had. */
export function checkCount(count: number, least = 1): void {
  if (!Number.isInteger(count) || count < least || count > defaults.longestList) {
    throw new EngineError(
      'bad-request',
      `A list of ${count} entries was asked for; it can have ${least} to ${defaults.longestList}.`,
    );
  }
}
