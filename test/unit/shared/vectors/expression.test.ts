import { describe, expect, it } from 'vitest';
import { neuronName } from '../../../../src/shared/neurons';
import { english } from '../../../../src/shared/translator';
import {
  isOperand,
  longestExpression,
  operandsOf,
  parseExpression,
  expressionReadsText,
  type Expression,
} from '../../../../src/shared/vectors/expression';

const parse = (text: string): Expression => {
  const parsed = parseExpression(text, english);
  if ('fault' in parsed) throw new Error(parsed.fault.message);
  return parsed.expression;
};

/** An expression as it was understood, with a bracket around everything. */
function spoken(node: Expression): string {
  if (isOperand(node)) {
    if (node.kind === 'neuron') return neuronName(node);
    const name =
      node.kind === 'token'
        ? JSON.stringify(node.text) + (node.exact ? '!' : '')
        : node.kind === 'id'
          ? `#${node.id}`
          : `r${node.layer ?? 'L'}`;
    return 'side' in node ? `${node.side}(${name})` : name;
  }
  if (node.kind === 'times') return `(${node.factor} ${spoken(node.of)})`;
  if (node.kind === 'unit') return `unit(${spoken(node.of)})`;
  return `${node.kind}(${node.terms.map(spoken).join(' ')})`;
}

describe('an expression', () => {
  it.each([
    ['king', '"king"'],
    ['·king', '" king"!'],
    ['"king"', '"king"!'],
    ['“ king”', '" king"!'],
    [String.raw`"a\"b\\\n"`, String.raw`"a\"b\\\n"!`],
    ['<|im_start|>', '"<|im_start|>"'],
    ['#42', '#42'],
    ['h', 'rL'],
    ['r0', 'r0'],
    ['r12', 'r12'],
    ['2 * n23.1021', '(2 n23.1021)'],
    ['n23', '"n23"'],
    ['"h" + ·r12', 'sum("h"! " r12"!)'],
    ['rate + hat', 'sum("rate" "hat")'],
    ['e(king) - u(#7)', 'sum(input("king") (-1 output(#7)))'],
    ['e + u + unit + mean', 'sum("e" "u" "unit" "mean")'],
    ['king − man + woman', 'sum("king" (-1 "man") "woman")'],
    ['king-man', 'sum("king" (-1 "man"))'],
    ['- -king', '"king"'],
    ['--+-king', '(-1 "king")'],
    ['2 * king', '(2 "king")'],
    ['king × 2 / 4', '(0.5 "king")'],
    ['.5king', '".5king"'],
    ['2 * 3 * (king + 1e1 * man)', '(6 sum("king" (10 "man")))'],
    ['-2 * (3 * king) / 6', '(-1 "king")'],
    ['mean(king, queen, h)', 'mean("king" "queen" rL)'],
    ['unit(mean(a) - 2 * b)', 'unit(sum(mean("a") (-2 "b")))'],
    ['猫 − 犬', 'sum("猫" (-1 "犬"))'],
  ])('%s', (text, meant) => {
    expect(spoken(parse(text))).toBe(meant);
  });

  it('knows where each operand stands, and whether it reads a text', () => {
    const text = '2 * (king) − e( “ man” ) + r3';
    const node = parse(text);
    expect(operandsOf(node).map(({ span: { from, to } }) => text.slice(from, to))).toEqual([
      '(king)',
      'e( “ man” )',
      'r3',
    ]);
    expect(expressionReadsText(node)).toBe(true);
    expect(expressionReadsText(parse('king + "h"'))).toBe(false);
  });

  it.each([
    ['', 0, 0, 'The expression ends too early; a token, a number or a bracket was expected.'],
    ['king +', 6, 6, 'The expression ends too early; a token, a number or a bracket was expected.'],
    ['king queen', 5, 10, '“queen” at character 6 is not expected; an operator such as + or * was.'],
    ['(king', 5, 5, 'The expression ends too early; a closing bracket was expected.'],
    ['king)', 4, 5, '“)” at character 5 is not expected; an operator such as + or * was.'],
    ['unit(a, b)', 6, 7, '“,” at character 7 is not expected; a closing bracket was.'],
    ['king * queen', 5, 6, 'A vector can only be multiplied or divided by a number.'],
    ['king / queen', 5, 6, 'A vector can only be multiplied or divided by a number.'],
    ['2 / queen', 2, 3, 'A vector can only be multiplied or divided by a number.'],
    ['king / 0', 7, 8, 'Nothing can be divided by 0.'],
    ['king / (2 * 0)', 7, 14, 'Nothing can be divided by 0.'],
    ['2 * 3', 0, 5, '6 is only a number, not a vector. Multiply a vector by it, or put a token in quotes.'],
    ['(1 - -1)', 1, 2, '1 is only a number, not a vector. Multiply a vector by it, or put a token in quotes.'],
    ['king + 2', 7, 8, '2 is only a number, not a vector. Multiply a vector by it, or put a token in quotes.'],
    ['e(a + b)', 2, 7, 'e(…) takes one token: its row in one of the two matrices.'],
    ['u(h)', 2, 3, 'u(…) takes one token: its row in one of the two matrices.'],
    ['a + "king', 4, 9, 'The quote at character 5 has no end.'],
    ['a + ""', 4, 6, 'There is nothing between the quotes; a token was expected.'],
    ['#king', 0, 5, 'After # the id of a token was expected: a whole number.'],
    ['1e999 * king', 0, 5, '1e999 is too large a number.'],
    [`${'9'.repeat(990)} * king`, 0, 990, `${'9'.repeat(24)}… is too large a number.`],
    [
      `king ${'x'.repeat(90)}`,
      5,
      95,
      `“${'x'.repeat(24)}…” at character 6 is not expected; an operator such as + or * was.`,
    ],
    ['1e200 * 1e200 * king', 0, 13, '1e200 * 1e200 is too large a number.'],
    ['king / 1e-320', 0, 13, 'king / 1e-320 is too large a number.'],
  ])('%s is broken at a place', (text, from, to, message) => {
    expect(parseExpression(text, english)).toEqual({ fault: { message, at: { from, to } } });
  });

  it('has bounds', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(spoken(parse(nested(49)))).toBe('"a"');
    expect(parseExpression(nested(50), english)).toMatchObject({ fault: { at: { from: 50, to: 101 } } });
    expect(spoken(parse('a'.repeat(longestExpression)))).toHaveLength(longestExpression + 2);
    expect(parseExpression('a'.repeat(longestExpression + 5), english)).toMatchObject({
      fault: { at: { from: longestExpression, to: longestExpression + 5 } },
    });
  });
});
