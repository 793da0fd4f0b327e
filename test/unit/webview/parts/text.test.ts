import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { TokenText } from '../../../../src/webview/parts/text';
import { SideView } from '../../../../src/webview/side/side';
import { vocabularyToken } from '../build';
import { act, full } from '../pages';

describe('a token that is cut', () => {
  const drawn = (text: string) => renderToString(h(TokenText, { token: vocabularyToken(text, 1) }));
  const endOf = (text: string) => /<span class="end">(.*?)<\/span>/.exec(drawn(text))?.[1];

  test('keeps its last letters, which tell it from others that begin alike', () => {
    expect([' capital', ' capitals', ' capitalist', ' capitalize'].map(endOf)).toEqual(['tal', 'als', 'ist', 'ize']);
    expect(drawn(' capitals').replaceAll(/<[^>]*>/g, '')).toBe('·capitals');
  });

  test('is one piece if it is short, or its letters may not be parted', () => {
    for (const text of [' Paris', '123456789', 'الرياضيات', '日本語日本語日本語']) expect(endOf(text)).toBeUndefined();
  });
});

test('the side bar cuts nothing but names, which say all in a title', () => {
  const html = renderToString(h(SideView, { state: full, act }));
  const cut = [...html.matchAll(/<(\w+)[^>]* class="[^"]*\bclip\b[^"]*"[^>]*>(.*?)<\/\1>/g)];
  expect(cut.length).toBeGreaterThan(0);
  for (const [, , content = ''] of cut) expect(content).toContain('title=');
});
