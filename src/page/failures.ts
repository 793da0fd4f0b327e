import * as l10n from '@vscode/l10n';
import { EngineError, type ErrorCode } from '../shared/errors';
import type { Failure } from '../shared/panel';
import { translated } from '../shared/said';

const help: Readonly<Partial<Record<ErrorCode, Failure['help']>>> = {
  'fetch-failed': 'again',
  'worker-lost': 'again',
  'geometry-only': 'geometry',
  'model-missing': 'models',
  'model-damaged': 'models',
  'model-unsupported': 'models',
};

/** What the panel says of a failure, and the button beside it. The page has no log and no settings. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof EngineError) || error.code === 'internal')
    return {
      message: l10n.t('Something failed inside Vectorscope. Reload this page. If it fails again, report what you did.'),
      help: null,
    };
  const { code, said, choices } = error;
  return { message: translated(said, l10n), help: help[code] ?? null, ...(choices.length > 0 && { choices }) };
}
