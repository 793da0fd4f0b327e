import { RemoteError } from '../shared/enginePort';
import { EngineError } from '../shared/errors';
import { trace } from '../shared/trace';

/** The log's line for a failure: enough to find its cause, and nothing of the user's text. */
export function logEntry(error: unknown): string {
  const code = error instanceof EngineError ? error.code : 'internal';
  // Its message may quote the conversation.
  if (code === 'template-failed') return `${code}: the words of the template are not logged`;
  if (error instanceof EngineError && error.at) return `${code}: the words of the expression are not logged`;
  if (error instanceof EngineError && code !== 'internal')
    return `${code}: ${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}`;
  if (error instanceof RemoteError) return `${code}: ${error.detail}`;
  return `${code}: ${error instanceof Error ? trace(error) : 'something else than an error was thrown'}`;
}

/**
 * A sentence that may hold words of a model file, for a notification, which would make a link of `[text](command:…)`.
 */
export const plainMessage = (sentence: string): string => sentence.replaceAll('](', '] (');

/** Names and texts from files must not insert icons. */
export const withoutIcons = (text: string): string => text.replaceAll('$(', '(');
