import * as l10n from '@vscode/l10n';
import { type Expression, type ExpressionFault, type Parsed, parseExpression } from '../../shared/vectors/expression';
import type { Actions } from '../actions';

/** Characters that stand in expressions but seldom in the text of a token. */
const operators = /\S\s*[-+−–*×/]\s*\S|[()]/u;

/** A query as a vector, or why it is none; null if it is one token, or a text that was hardly meant as a sum. */
export function readQuery(query: string): Parsed | null {
  const parsed = parseExpression(query, l10n);
  if ('fault' in parsed) return operators.test(query) ? parsed : null;
  return isOneToken(parsed.expression) ? null : parsed;
}

const isOneToken = (of: Expression): boolean => of.kind === 'id' || (of.kind === 'token' && of.side === undefined);

/** Makes a vector, and the axis of the vectorscope of it. */
export function makeVector(expression: string, act: Actions): void {
  act.post({ type: 'makeVector', expression });
  if ('expression' in parseExpression(expression, l10n))
    act.post({ type: 'chooseAxis', axis: { kind: 'vector', expression } });
}

interface FaultyProps {
  readonly expression: string;
  readonly fault: { readonly message: string; readonly at: ExpressionFault['at'] | null };
}

/** An expression with the place of its fault underlined, and why it is one. */
export const Faulty = ({ expression, fault: { message, at } }: FaultyProps) => (
  <div class="faulty" role="status">
    {at && (
      <p class="mono faulty-text" aria-hidden="true">
        {expression.slice(0, at.from)}
        <span class="faulty-place">{expression.slice(at.from, at.to) || '\u00a0'}</span>
        {expression.slice(at.to)}
      </p>
    )}
    <p class="note">{message}</p>
  </div>
);
