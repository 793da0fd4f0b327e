import { describe, expect, it } from 'vitest';
import { linkArguments, linkedIn } from '../../../../src/extension/hover/hoverMarkdown';
import type { Token } from '../../../../src/shared/tokens';
import { tokensOf } from '../../support/spans';

/** ` a`, then ` 😀` in two tokens that share it, behind a context. */
const tokens = tokensOf('-3:0 0:2 2:5 3:5').map((token) => ({ ...token, id: 9 + token.index }));
const [context, first, second, third] = tokens as [Token, Token, Token, Token];

describe('the link of a hover', () => {
  it('is about the token that it was made for, in the context too', () => {
    for (const one of [context, first])
      expect(linkedIn(tokens, linkArguments([one], one))).toEqual({
        position: one.index,
        span: { start: one.start, end: one.end },
      });
  });

  it('is about the whole character that several tokens share', () => {
    expect(linkedIn(tokens, linkArguments([second, third], { start: 3, end: 5 }))).toEqual({
      position: 2,
      span: { start: 3, end: 5 },
    });
  });

  it('is about nothing where another inspection has other tokens there', () => {
    const given = linkArguments([second, third], { start: 3, end: 5 });
    expect(linkedIn([context, first, second, { ...third, id: 13 }], given)).toBeNull();
    expect(linkedIn([context, first, second], given)).toBeNull();
    expect(linkedIn([], given)).toBeNull();
    expect(
      linkedIn([context, first, { ...second, start: 4 }, third], given),
      'the same ids at other places',
    ).toBeNull();
  });

  it.each([
    [[]],
    [[1]],
    [[1, 0, 2]],
    [['1', 0, 2, 10]],
    [[1.5, 0, 2, 10]],
    [[-1, 0, 2, 10]],
    [[NaN, 0, 2, 10]],
    [[1, 2, 0, 10]],
    [[1, 0, 9, 10]],
    [[1, -9, 2, 10]],
    [[1, 1, 1, 10]],
    [[{}, null]],
  ])('refuses the arguments %j', (given) => {
    expect(linkedIn(tokens, given)).toBeNull();
  });
});
