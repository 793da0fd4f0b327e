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
