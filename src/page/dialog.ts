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

export interface DialogAnswer {
  /** What the button says. */
  readonly text: string;
  readonly value: string;
}

/**
 * Asks a question with a button for each answer, and one more that gives up. Resolves with the value of the chosen
 * answer, or `undefined` if the user gives up.
 */
export async function askInDialog(
  question: string,
  answers: readonly DialogAnswer[],
  givesUp: string,
): Promise<string | undefined> {
  const before = document.activeElement;
  const dialog = document.createElement('dialog');
  const form = document.createElement('form');
  form.method = 'dialog';
  const words = document.createElement('p');
  words.id = 'question';
  words.textContent = question;
  dialog.setAttribute('aria-labelledby', words.id);
  form.append(words, ...[...answers, { text: givesUp, value: '' }].map(button));
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve));
  dialog.remove();
  // This may be the panel's frame, which then restores the focus inside it.
  if (before instanceof HTMLElement) before.focus();
  return dialog.returnValue === '' ? undefined : dialog.returnValue;
}

const button = ({ text, value }: DialogAnswer): HTMLButtonElement =>
  Object.assign(document.createElement('button'), { textContent: text, value });
