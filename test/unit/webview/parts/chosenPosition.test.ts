import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { AppendedTokens } from '../../../../src/webview/parts/appended';
import { ChosenPosition, TokenText } from '../../../../src/webview/parts/text';
import { inspected } from '../build';
import { act } from '../pages';

const [first, second] = inspected([' to', ' to']).text?.tokens ?? [];

const drawn = (token: typeof first, position: number | null | undefined): string =>
  renderToString(h(ChosenPosition.Provider, { value: position }, token && h(TokenText, { token, chosen: true })));

test('a token at another position than the chosen one is told apart from that', () => {
  expect(drawn(first, 0)).toContain('class="token-text chosen"');
  expect(drawn(second, 0)).toContain('class="token-text chosen same"');
  expect(drawn(second, 1)).toContain('class="token-text chosen"');
});

test('without a panel around, and without a place in the text, it is the chosen token', () => {
  expect(drawn(second, undefined)).toContain('class="token-text chosen"');
  const { index: _, ...named } = second ?? first!;
  expect(drawn(named as typeof first, 0)).toContain('class="token-text chosen"');
});

test('whole characters alone can be written into the document', () => {
  const state = inspected(['The', ' end', 'é']);
  const { text } = state;
  const of = (bytes: readonly number[]) => {
    const tokens = bytes.map((byte) => ({ ...text!.tokens[2]!, bytes: [byte] }));
    const appended = { tokens, from: text!.tokens[2]!.start };
    return renderToString(h(AppendedTokens, { state: { ...state, text: { ...text!, appended } }, act }));
  };
  expect([[0xc3, 0xa9], [0xc3]].map((bytes) => of(bytes).includes('Insert into'))).toEqual([true, false]);
});
