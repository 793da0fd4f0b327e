import { expect } from 'vitest';

/** Matches the engine's own error with this code and words. */
export const failing = (code: string, message: RegExp): Error =>
  expect.objectContaining({
    name: 'EngineError',
    code,
    message: expect.stringMatching(message) as string,
  }) as unknown as Error;
