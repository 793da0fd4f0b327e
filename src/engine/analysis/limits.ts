import { defaults } from '../../shared/engine';
import { EngineError } from '../../shared/errors';

/** Throws `EngineError('bad-request')` if `count` is out of range. */
export function checkCount(count: number, least = 1): void {
  if (!Number.isInteger(count) || count < least || count > defaults.longestList) {
    throw new EngineError(
      'bad-request',
      `${count} entries were requested; a list has ${least} to ${defaults.longestList}.`,
    );
  }
}

/** Throws `EngineError('bad-request')` if the text has no such position that was run. */
export function checkPosition(position: number, length: number): void {
  if (!Number.isInteger(position) || position < 0 || position >= length)
    throw new EngineError('bad-request', `There is no position ${position}; the text has ${length} that were run.`);
}
