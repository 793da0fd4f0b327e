import { expect, it } from 'vitest';
import { textsOf } from '../../../scripts/l10n.mjs';
import { languageOf } from '../../../src/page/language';
import { textOf } from '../support/pages';

it.each([
  ['the first of the browser’s that the page has', '', ['fr-FR', 'de-AT', 'en-US'], 'de'],
  ['English before German', '', ['en-GB', 'de'], 'en'],
  ['English where the page has none of them', '', ['fr', 'ja'], 'en'],
  ['English where the browser names none', '', [], 'en'],
  ['the one of the address', '?lang=de', ['en'], 'de'],
  ['the browser’s where the address names an unknown one', '?lang=xx', ['de'], 'de'],
])('is %s', (_, search, preferred, language) => {
  expect(languageOf(search, preferred)).toBe(language);
});

it('has its sentences from the page’s file, without its line breaks', () => {
  const html =
    '<p data-l10n>\n  One sentence\n  here.\n</p><a href="x" data-l10n>Two</a><b>Three</b><i\n  data-l10n\n  hidden>Four</i>';
  expect(textsOf(html)).toEqual(['One sentence here.', 'Two', 'Four']);
});

it('finds each of them in the page’s file', () => {
  const html = textOf('src/page/index.html');
  expect(textsOf(html)).toHaveLength(html.match(/data-l10n/g)?.length ?? NaN);
});
