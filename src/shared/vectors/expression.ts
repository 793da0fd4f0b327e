import type { Side } from '../sides';
import type { Translator } from '../translator';

/** From `from` up to, excluding, `to`: UTF-16 offsets into an expression. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What an expression says. Every node is a vector, since numbers only multiply and divide. */
export type Expression = { readonly span: Span } & (
  | Operand
  | { readonly kind: 'sum' | 'mean'; readonly terms: readonly Expression[] }
  | { readonly kind: 'times'; readonly factor: number; readonly of: Expression }
  /** The same direction at size 1. */
  | { readonly kind: 'unit'; readonly of: Expression }
);

export type Operand =
  /**
   * A token by its text; unless `exact`, that with a space before it goes first. `side`: its row in the embedding (`e`,
   * also the default) or in the unembedding (`u`).
   */
  | { readonly kind: 'token'; readonly text: string; readonly exact: boolean; readonly side?: Side }
  | { readonly kind: 'id'; readonly id: number; readonly side?: Side }
  /** The final norm of a residual, which counts from 0; null: of the last, which is h. */
  | { readonly kind: 'residual'; readonly layer: number | null };

export const isOperand = (node: Expression): node is Expression & Operand =>
  node.kind === 'token' || node.kind === 'id' || node.kind === 'residual';

/** Why an expression is none: a sentence for a person, and the place. */
export interface Fault {
  readonly message: string;
  readonly at: Span;
}

export type Parsed = { readonly expression: Expression } | { readonly fault: Fault };

/** UTF-16 units. */
export const longestExpression = 1000;
const deepest = 50;
const functions = ['mean', 'unit', 'e', 'u'] as const;

/**
 * Reads sums and differences of tokens: `king − man + woman`, `2 * unit("the")`, `mean(Paris, Rome) - h`. A token
 * stands in quotes, as a bare word, or as `#id`; `h` is the hidden vector of the chosen position, `r12` the residual
 * after layer 12 through the final norm; `e(…)` and `u(…)` choose one of two matrices.
 */
export function parseExpression(text: string, l10n: Translator): Parsed {
  try {
    return { expression: new Parser(text, l10n).whole() };
  } catch (error) {
    if (error instanceof Broken) return { fault: { message: error.message, at: error.at } };
    throw error;
  }
}

/** The operands from left to right. */
export function operandsOf(node: Expression): readonly (Expression & Operand)[] {
  if (isOperand(node)) return [node];
  return 'terms' in node ? node.terms.flatMap(operandsOf) : operandsOf(node.of);
}

/** Whether the hidden vectors of a text are part of it. */
export const readsText = (node: Expression): boolean => operandsOf(node).some(({ kind }) => kind === 'residual');

class Broken extends Error {
  constructor(
    message: string,
    readonly at: Span,
  ) {
    super(message);
  }
}

type Lexeme = { readonly span: Span } & (
  | { readonly kind: '+' | '-' | '*' | '/' | '(' | ')' | ',' | 'end' }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'id'; readonly id: number }
  | { readonly kind: 'word'; readonly text: string; readonly exact: boolean }
  | { readonly kind: 'quoted'; readonly text: string }
);

const signs: Readonly<Record<string, '+' | '-' | '*' | '/' | '(' | ')' | ','>> = {
  '+': '+',
  '-': '-',
  '−': '-',
  '–': '-',
  '*': '*',
  '×': '*',
  '/': '/',
  '(': '(',
  ')': ')',
  ',': ',',
};
const number = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\p{L}\p{N}_])/uy;
const id = /#(\d+)/y;
const quoted = /"((?:[^"\\]|\\.)*)"|“((?:[^”\\]|\\.)*)”/suy;
const word = /[^\s+\-−–*×/(),"“”#]+/uy;
const space = /\s*/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

class Parser {
  #at = 0;
  #depth = 0;
  #next: Lexeme;

  constructor(
    private readonly text: string,
    private readonly l10n: Translator,
  ) {
    if (text.length > longestExpression)
      throw new Broken(
        l10n.t('The expression is {0} characters long; at most {1} are read.', text.length, longestExpression),
        { from: longestExpression, to: text.length },
      );
    this.#next = this.#read();
  }

  whole(): Expression {
    const sum = this.#sum();
    if (this.#next.kind !== 'end') throw this.#unexpected(this.l10n.t('an operator such as + or *'));
    return this.#vector(sum);
  }

  #sum(): Value {
    if (++this.#depth > deepest)
      throw new Broken(this.l10n.t('The brackets are nested too deeply; at most {0} levels are read.', deepest), {
        from: this.#next.span.from,
        to: this.text.length,
      });
    const from = this.#next.span.from;
    let sign = this.#signs();
    const terms: Expression[] = [];
    let first = this.#product(sign);
    while (this.#next.kind === '+' || this.#next.kind === '-') {
      terms.push(this.#vector(first));
      sign = this.#signs();
      first = this.#product(sign);
    }
    this.#depth--;
    if (terms.length === 0) return first;
    terms.push(this.#vector(first));
    return { kind: 'sum', terms, span: { from, to: terms.at(-1)?.span.to ?? from } };
  }

  /** The sign before a term, which may be several. */
  #signs(): 1 | -1 {
    let sign: 1 | -1 = 1;
    while (this.#next.kind === '+' || this.#next.kind === '-')
      if (this.#take().kind === '-') sign = sign === 1 ? -1 : 1;
    return sign;
  }

  #product(sign: 1 | -1): Value {
    const { from } = this.#next.span;
    let value = this.#factor();
    while (this.#next.kind === '*' || this.#next.kind === '/') {
      const operator = this.#take();
      const right = this.#factor();
      value = this.#multiplied(value, operator.kind === '/', right, operator.span);
    }
    return sign === 1 ? value : scaled(value, -1, { from, to: value.span.to });
  }

  #multiplied(left: Value, divides: boolean, right: Value, at: Span): Value {
    const span = { from: left.span.from, to: right.span.to };
    if (left.kind !== 'number' && right.kind !== 'number')
      throw new Broken(
        divides
          ? this.l10n.t('A vector cannot be divided by a vector; divide it by a number.')
          : this.l10n.t('Two vectors cannot be multiplied here; multiply one by a number.'),
        at,
      );
    const [by, of] = left.kind === 'number' && !divides ? [left, right] : [right, left];
    if (by.kind !== 'number') throw new Broken(this.l10n.t('A number cannot be divided by a vector.'), at);
    if (divides && by.value === 0) throw new Broken(this.l10n.t('Nothing can be divided by 0.'), by.span);
    const product = scaled(of, divides ? 1 / by.value : by.value, span);
    if (Number.isFinite(product.kind === 'number' ? product.value : product.kind === 'times' ? product.factor : 0))
      return product;
    throw new Broken(this.l10n.t('This makes too large a number.'), span);
  }

  #factor(): Value {
    const lexeme = this.#take();
    const { span } = lexeme;
    if (lexeme.kind === 'number' || lexeme.kind === 'id') return lexeme;
    if (lexeme.kind === 'quoted') return { kind: 'token', text: lexeme.text, exact: true, span };
    if (lexeme.kind === 'word') return this.#word(lexeme);
    if (lexeme.kind === '(') {
      const inner = this.#sum();
      return { ...inner, span: { from: span.from, to: this.#close() } };
    }
    this.#next = lexeme;
    throw this.#unexpected(this.l10n.t('a token, a number or a bracket'));
  }

  #word({ text, exact, span }: Lexeme & { readonly kind: 'word' }): Value {
    const name = functions.find((one) => one === text);
    if (name !== undefined && this.#next.kind === '(') return this.#call(name, span);
    if (text === 'h') return { kind: 'residual', layer: null, span };
    if (/^r\d{1,6}$/.test(text)) return { kind: 'residual', layer: Number(text.slice(1)), span };
    return { kind: 'token', text, exact, span };
  }

  #call(name: (typeof functions)[number], { from }: Span): Expression {
    this.#take();
    const terms = [this.#vector(this.#sum())];
    while (name === 'mean' && this.#next.kind === ',') {
      this.#take();
      terms.push(this.#vector(this.#sum()));
    }
    const span = { from, to: this.#close() };
    if (name === 'mean') return { kind: 'mean', terms, span };
    const [only] = terms as [Expression];
    if (name === 'unit') return { kind: 'unit', of: only, span };
    if (only.kind !== 'token' && only.kind !== 'id')
      throw new Broken(this.l10n.t('{0}(…) takes one token: its row in one of the two matrices.', name), only.span);
    return { ...only, side: name === 'e' ? 'input' : 'output', span };
  }

  #close(): number {
    if (this.#next.kind !== ')') throw this.#unexpected(this.l10n.t('a closing bracket'));
    return this.#take().span.to;
  }

  #vector(value: Value): Expression {
    if (value.kind !== 'number') return value;
    throw new Broken(
      this.l10n.t(
        '{0} is a number alone, not a vector. Multiply a vector by it, or put a token in quotes.',
        value.value,
      ),
      value.span,
    );
  }

  #unexpected(expected: string): Broken {
    const { kind, span } = this.#next;
    return kind === 'end'
      ? new Broken(this.l10n.t('The expression ends too early; {0} was expected.', expected), span)
      : new Broken(
          this.l10n.t(
            '“{0}” at character {1} is not expected there; {2} was.',
            this.text.slice(span.from, span.to),
            span.from + 1,
            expected,
          ),
          span,
        );
  }

  #take(): Lexeme {
    const taken = this.#next;
    if (taken.kind !== 'end') this.#next = this.#read();
    return taken;
  }

  #read(): Lexeme {
    this.#match(space);
    const from = this.#at;
    const done = () => ({ from, to: this.#at });
    if (from === this.text.length) return { kind: 'end', span: done() };
    const sign = signs[this.text[from] as string];
    if (sign !== undefined) {
      this.#at++;
      return { kind: sign, span: done() };
    }
    const digits = this.#match(number);
    if (digits) {
      const value = Number(digits[0]);
      if (Number.isFinite(value)) return { kind: 'number', value, span: done() };
      throw new Broken(this.l10n.t('{0} is too large a number.', digits[0]), done());
    }
    const token = this.#match(id);
    if (token) return { kind: 'id', id: Number(token[1]), span: done() };
    const string = this.#match(quoted);
    if (string) {
      const text = (string[1] ?? string[2] ?? '').replace(/\\(.)/gsu, (_, one: string) => escapes[one] ?? one);
      if (text !== '') return { kind: 'quoted', text, span: done() };
      throw new Broken(this.l10n.t('There is nothing between the quotes; a token was expected.'), done());
    }
    const bare = this.#match(word);
    if (bare) {
      const spaced = bare[0].startsWith('·');
      return { kind: 'word', text: spaced ? ` ${bare[0].slice(1)}` : bare[0], exact: spaced, span: done() };
    }
    throw new Broken(
      this.text[from] === '#'
        ? this.l10n.t('After # the id of a token was expected: a whole number.')
        : this.l10n.t('The quote at character {0} has no end.', from + 1),
      { from, to: this.text.length },
    );
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }
}

type Value = Expression | { readonly kind: 'number'; readonly value: number; readonly span: Span };

function scaled(value: Value, factor: number, span: Span): Value {
  if (value.kind === 'number') return { kind: 'number', value: value.value * factor, span };
  if (value.kind === 'times') return { kind: 'times', factor: value.factor * factor, of: value.of, span };
  return { kind: 'times', factor, of: value, span };
}
