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

test('a text that the model cuts in another way says so in a notice, and only then', () => {
  const state = inspected(['The', ' end', '\n\n']);
  const { text } = state;
  const of = (ids: readonly number[]) => {
    const tokens = ids.map((id) => ({ ...text!.tokens[2]!, id }));
    const appended = { tokens, from: text!.tokens[2]!.start };
    return renderToString(h(AppendedTokens, { state: { ...state, text: { ...text!, appended } }, act }));
  };
  expect(of([text!.tokens[2]!.id])).not.toContain('data-notice');
  expect(of([90, 91])).toMatch(/class="[^"]*notice" data-notice="other-cut".*not the model’s own path/s);
});
