import { namedNeuron, type Neuron } from '../neurons';
import type { Side } from '../sides';
import type { Translator } from '../translator';

/** From `from` up to, excluding, `to`: UTF-16 offsets into an expression. */
export interface ExpressionSpan {
  readonly from: number;
  readonly to: number;
}

/** What an expression says. Every node is a vector, since numbers only multiply and divide. */
export type Expression = { readonly span: ExpressionSpan } & (
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
  | { readonly kind: 'residual'; readonly layer: number | null }
  /** The column of a neuron: what it adds to the residual for each unit that it fired. */
  | ({ readonly kind: 'neuron' } & Neuron);

export const isOperand = (node: Expression): node is Expression & Operand =>
  node.kind === 'token' || node.kind === 'id' || node.kind === 'residual' || node.kind === 'neuron';

/** Why an expression is none: a sentence for a person, and the place. */
export interface ExpressionFault {
  readonly message: string;
  readonly at: ExpressionSpan;
}

export type Parsed = { readonly expression: Expression } | { readonly fault: ExpressionFault };

/** UTF-16 units. */
export const longestExpression = 1000;
const deepest = 50;
/** Characters of the expression that a sentence quotes. */
const longestQuoted = 24;

const brief = (text: string): string =>
  text.length > longestQuoted ? `${Array.from(text).slice(0, longestQuoted).join('')}…` : text;
type Call = 'mean' | 'unit' | 'e' | 'u';

/**
 * Reads sums and differences of tokens: `king − man + woman`, `2 * unit("the")`, `mean(Paris, Rome) - h`. A token
 * stands in quotes, as a bare word, or as `#id`; `h` is the hidden vector of the chosen position, `r12` the residual
 * after layer 12 through the final norm; `n23.1021` the column of a neuron; `e(…)` and `u(…)` choose one of two
 * matrices.
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
export const expressionReadsText = (node: Expression): boolean =>
  operandsOf(node).some(({ kind }) => kind === 'residual');

class Broken extends Error {
  constructor(
    message: string,
    readonly at: ExpressionSpan,
  ) {
    super(message);
  }
}

interface Numeric {
  readonly kind: 'number';
  readonly value: number;
  readonly span: ExpressionSpan;
}
type Value = Expression | Numeric;
type Lexeme =
  | Value
  | { readonly kind: 'sign' | 'end'; readonly text: string; readonly span: ExpressionSpan }
  /** A bare token, unless it is a name of ours. */
  | { readonly kind: 'word'; readonly text: string; readonly exact: boolean; readonly span: ExpressionSpan };

const lexeme =
  /^(?:([-+−–*×/(),])|((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\p{L}\p{N}_]))|#(\d+)|"((?:[^"\\]|\\.)*)"|“((?:[^”\\]|\\.)*)”|([^\s+\-−–*×/(),"“”#]+)|$)/su;
const plainSigns: Readonly<Record<string, string>> = { '−': '-', '–': '-', '×': '*' };
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
    const { from } = this.#next.span;
    if (++this.#depth > deepest)
      throw new Broken(this.l10n.t('The brackets are nested too deeply; at most {0} levels are read.', deepest), {
        from,
        to: this.text.length,
      });
    const first = this.#product();
    const terms = [first];
    while (this.#isSign('+', '-')) terms.push(this.#product());
    this.#depth--;
    if (terms.length === 1) return first;
    return { kind: 'sum', terms: terms.map((term) => this.#vector(term)), span: { from, to: terms.at(-1)!.span.to } };
  }

  /** A term with the signs before it, of which there may be several. */
  #product(): Value {
    let sign = 1;
    while (this.#isSign('+', '-')) {
      if (this.#isSign('-')) sign = -sign;
      this.#take();
    }
    let value = this.#factor();
    const { from } = value.span;
    while (this.#isSign('*', '/')) {
      const divides = this.#isSign('/');
      value = this.#multiplied(value, divides, this.#take().span, this.#factor());
    }
    return sign === 1 ? value : scaled(value, -1, { from, to: value.span.to });
  }

  #multiplied(left: Value, divides: boolean, at: ExpressionSpan, right: Value): Value {
    const [by, of] = left.kind === 'number' && !divides ? [left, right] : [right, left];
    if (by.kind !== 'number')
      throw new Broken(this.l10n.t('A vector can only be multiplied or divided by a number.'), at);
    if (divides && by.value === 0) throw new Broken(this.l10n.t('Nothing can be divided by 0.'), by.span);
    const span = { from: left.span.from, to: right.span.to };
    const product = scaled(of, divides ? 1 / by.value : by.value, span);
    if (Number.isFinite(product.kind === 'number' ? product.value : product.factor)) return product;
    throw new Broken(this.l10n.t('{0} is too large a number.', brief(this.text.slice(span.from, span.to))), span);
  }

  #factor(): Value {
    if (this.#isSign('(')) {
      const { from } = this.#take().span;
      return { ...this.#sum(), span: { from, to: this.#close() } };
    }
    const { kind } = this.#next;
    if (kind === 'sign' || kind === 'end') throw this.#unexpected(this.l10n.t('a token, a number or a bracket'));
    const taken = this.#take() as Exclude<Lexeme, { readonly kind: 'sign' | 'end' }>;
    if (taken.kind !== 'word') return taken;
    const { text, exact, span } = taken;
    if (/^(?:mean|unit|e|u)$/.test(text) && this.#isSign('(')) return this.#call(text as Call, span);
    if (text === 'h') return { kind: 'residual', layer: null, span };
    const neuron = namedNeuron(text);
    if (neuron) return { kind: 'neuron', ...neuron, span };
    if (/^r\d{1,6}$/.test(text)) return { kind: 'residual', layer: Number(text.slice(1)), span };
    return { kind: 'token', text, exact, span };
  }

  #call(name: Call, { from }: ExpressionSpan): Expression {
    const terms: Expression[] = [];
    do {
      this.#take();
      terms.push(this.#vector(this.#sum()));
    } while (name === 'mean' && this.#isSign(','));
    const span = { from, to: this.#close() };
    if (name === 'mean') return { kind: 'mean', terms, span };
    const [only] = terms as [Expression];
    if (name === 'unit') return { kind: 'unit', of: only, span };
    if (only.kind !== 'token' && only.kind !== 'id')
      throw new Broken(this.l10n.t('{0}(…) takes one token: its row in one of the two matrices.', name), only.span);
    return { ...only, side: name === 'e' ? 'input' : 'output', span };
  }

  #close(): number {
    if (!this.#isSign(')')) throw this.#unexpected(this.l10n.t('a closing bracket'));
    return this.#take().span.to;
  }

  #vector(value: Value): Expression {
    if (value.kind !== 'number') return value;
    throw new Broken(
      this.l10n.t(
        '{0} is only a number, not a vector. Multiply a vector by it, or put a token in quotes.',
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
            '“{0}” at character {1} is not expected; {2} was.',
            brief(this.text.slice(span.from, span.to)),
            span.from + 1,
            expected,
          ),
          span,
        );
  }

  #isSign(...signs: readonly string[]): boolean {
    return this.#next.kind === 'sign' && signs.includes(this.#next.text);
  }

  #take(): Lexeme {
    const taken = this.#next;
    this.#next = this.#read();
    return taken;
  }

  #read(): Lexeme {
    const rest = this.text.slice(this.#at).trimStart();
    const from = this.text.length - rest.length;
    const found = lexeme.exec(rest);
    if (!found)
      throw new Broken(
        rest.startsWith('#')
          ? this.l10n.t('After # the id of a token was expected: a whole number.')
          : this.l10n.t('The quote at character {0} has no end.', from + 1),
        { from, to: this.text.length },
      );
    const [all, sign, digits, id, straight, curly, bare] = found;
    const span = { from, to: (this.#at = from + all.length) };
    if (sign !== undefined) return { kind: 'sign', text: plainSigns[sign] ?? sign, span };
    if (id !== undefined) return { kind: 'id', id: Number(id), span };
    if (digits !== undefined) {
      const value = Number(digits);
      if (Number.isFinite(value)) return { kind: 'number', value, span };
      throw new Broken(this.l10n.t('{0} is too large a number.', brief(digits)), span);
    }
    if (bare !== undefined) {
      const exact = bare.startsWith('·');
      return { kind: 'word', text: exact ? ` ${bare.slice(1)}` : bare, exact, span };
    }
    const quoted = straight ?? curly;
    if (quoted === undefined) return { kind: 'end', text: '', span };
    const text = quoted.replace(/\\(.)/gsu, (_, one: string) => escapes[one] ?? one);
    if (text !== '') return { kind: 'token', text, exact: true, span };
    throw new Broken(this.l10n.t('There is nothing between the quotes; a token was expected.'), span);
  }
}

function scaled(value: Value, by: number, span: ExpressionSpan) {
  if (value.kind === 'number') return { kind: value.kind, value: value.value * by, span } as const;
  if (value.kind === 'times') return { kind: value.kind, factor: value.factor * by, of: value.of, span } as const;
  return { kind: 'times', factor: by, of: value, span } as const;
}
