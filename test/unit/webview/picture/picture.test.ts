import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { roundStretch } from '../../../../src/webview/picture/arrow';
import { TokenName } from '../../../../src/webview/picture/name';
import { vocabularyToken } from '../build';

test('heights are stretched by a round factor that leaves room', () => {
  expect([0.4, 1, 1.99, 2, 7.9, 10, 19.9, 20, 57, 99.9, 100, 1234].map(roundStretch)).toEqual([
    1, 1, 1, 2, 7, 10, 10, 20, 50, 90, 100, 1000,
  ]);
  expect([NaN, -3, 0].map(roundStretch)).toEqual([1, 1, 1]);
});

describe('a name in a picture', () => {
  const drawn = (leader: 'start' | 'end' | null) =>
    renderToString(
      h(TokenName, {
        class: 'name',
        token: vocabularyToken('abcd', 7),
        place: { id: 7, x: 100, y: 40, leader },
        point: { x: 30, y: 60 },
        characterWidth: 5,
      }),
    );

  test('stands in the middle of its line, and belongs to its token', () => {
    expect(drawn(null)).toBe('<g class="name" data-id="7"><text class="mono" x="100" y="44">abcd</text></g>');
  });

  test('has a line from its point to its nearer end', () => {
    expect(drawn('start')).toContain('<line x1="30" y1="60" x2="98" y2="40"></line>');
    // Four characters of five pixels, and the margin of a name.
    expect(drawn('end')).toContain('<line x1="30" y1="60" x2="124" y2="40"></line>');
  });
});
