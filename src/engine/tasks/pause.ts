import { platform } from '#platform';
import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';

/** Throws `EngineError('cancelled')` once the signal is aborted. */
export function stopIfAborted(signal: Signal | undefined): void {
  if (signal?.aborted) throw new EngineError('cancelled', 'The run was cancelled.');
}

/** Lets waiting messages in and throws if one of them cancelled the task. */
export async function pause(signal: Signal | undefined): Promise<void> {
  await platform.letMessagesIn();
  stopIfAborted(signal);
}
