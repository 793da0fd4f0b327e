import * as vscode from 'vscode';
import { EngineError, type ErrorCode } from '../../shared/errors';
import { failureSentence } from '../failures';
import { withoutIcons } from '../plainText';
import type { StepChoice } from '../servers/steps';

/** What to do about a failure. */
export type Way = 'again' | 'token' | 'settings';

/** What can be done about a failure, the best first. */
export const waysOf = (error: unknown): readonly Way[] =>
  (error instanceof EngineError ? special[error.code] : undefined) ?? ['again'];

const special: Readonly<Partial<Record<ErrorCode, readonly Way[]>>> = {
  'token-needed': ['token'],
  'bad-request': ['settings'],
  // A private repository is not there for somebody without a token.
  'model-missing': ['token', 'again'],
  'model-unsupported': [],
};

const words: Readonly<Record<Way, () => { readonly label: string; readonly icon: string }>> = {
  again: () => ({ label: vscode.l10n.t('Try Again'), icon: 'refresh' }),
  token: () => ({ label: vscode.l10n.t('Give a Token…'), icon: 'key' }),
  settings: () => ({ label: vscode.l10n.t('Open Settings'), icon: 'gear' }),
};

export const labelOf = (way: Way): string => words[way]().label;

/** A failure in place of a list. A row has room for one short sentence, so the rest of them stands below. */
export function failureRows(error: unknown): readonly StepChoice<Way>[] {
  const sentence = withoutIcons(failureSentence(error));
  const [, first = sentence, rest] = /^(.*?\.) (.*)$/.exec(sentence) ?? [];
  return [
    { label: `$(error) ${first}`, ...(rest !== undefined && { detail: rest }), alwaysShow: true },
    ...waysOf(error).map((way) => {
      const { label, icon } = words[way]();
      return { label: `$(${icon}) ${label}`, alwaysShow: true, chosen: way };
    }),
  ];
}
