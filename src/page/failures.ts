import { EngineError, type ErrorCode } from '../shared/errors';
import type { Failure } from '../shared/panel';

/** What the panel says of a failure, and the button beside it. The page has no log and no settings. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof EngineError) || error.code === 'internal')
    return {
      message: 'Something failed inside Vectorscope. Reload this page; if it fails once more, report what you did.',
      help: null,
    };
  return { message: error.message, help: helpFor(error.code) };
}

function helpFor(code: ErrorCode): Failure['help'] {
  switch (code) {
    case 'fetch-failed':
    case 'worker-lost':
      return 'again';
    case 'geometry-only':
      return 'geometry';
    case 'model-missing':
    case 'model-damaged':
    case 'model-unsupported':
      return 'models';
    case 'bad-request':
    case 'cancelled':
    case 'empty-text':
    case 'internal':
    case 'key-refused':
    case 'no-memory':
    case 'not-written':
    case 'server-failed':
    case 'server-mismatch':
    case 'token-needed':
      return null;
  }
}
