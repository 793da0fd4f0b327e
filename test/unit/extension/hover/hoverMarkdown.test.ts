import fc from 'fast-check';
import { marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import {
  code,
  codeInCell,
  commandLink,
  escapeMarkdown,
  hoverTable,
} from '../../../../src/extension/hover/hoverMarkdown';
import { sampled } from '../../support/sample';

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
/** What a browser shows for text of HTML that has no element in it. */
const decoded = (html: string) =>
  html.replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (_, number: string | undefined, name: string) =>
    number ? String.fromCodePoint(Number(number)) : (named[name] ?? ''),
  );

/** Every node of a document, those of tables included. */
function nodes(tokens: readonly Token[]): readonly Token[] {
  const all: Token[] = [];
  void marked.walkTokens([...tokens], (token) => void all.push(token));
  return all;
}
const kinds = (markdown: string) => new Set(nodes(marked.lexer(markdown)).map(({ type }) => type));
const isOf = (markdown: string, ...allowed: readonly string[]) =>
  [...kinds(markdown)].every((kind) => allowed.includes(kind));
const cells = (markdown: string) =>
  [...marked.parse(markdown, { async: false }).matchAll(/<td[^>]*>(?:&nbsp;&nbsp;)?(.*?)<\/td>/gs)].map(
    ([, html]) => html ?? '',
  );

const awkward = [
  '`',
  '``',
  '|',
  '\\|',
  '\\\\|',
  '<img src=x onerror=alert(1)>',
  '[x](command:y)',
  '![x](y)',
  '**',
  '__',
  '~~',
  '\\',
  '&amp;',
  '&#124;',
  '$',
  '$(zap)',
  ':tada:',
  '<span style="color:red">',
  '```',
  '# ',
  '- ',
  '1. ',
  '> ',
  '---',
  '===',
  '    ',
  ' ',
  '  ',
  '\t',
  'https://a.b/c',
  'www.a.de',
  'a@b.cd',
  '<!--',
  '<https://a.b>',
  '[x]: y',
  '|-|',
  '\u00a0',
  '\ufeff',
  '😀',
  'שלום',
  'e\u0301',
  'word',
  '·',
  'x',
];
const text = fc
  .oneof(
    fc.array(fc.constantFrom(...awkward), { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.string({ minLength: 1, unit: 'binary-ascii' }),
  )
  // HTML has no way to say NUL.
  .map((value) => value.replaceAll('\0', ' '));
const lineOfText = text.map((value) => value.replace(/[\r\n\u2028\u2029]/g, ' '));

describe('the text of others in Markdown', () => {
  it('is shown as it is, and is nothing but text', () => {
    fc.assert(
      fc.property(text, (value) => {
        const markdown = escapeMarkdown(value);
        expect(isOf(markdown, 'paragraph', 'text')).toBe(true);
        expect(decoded(marked.parse(markdown, { async: false }))).toBe(`<p>${value}</p>\n`);
      }),
      { numRuns: sampled(100, 1000) },
    );
  });

  it('is the same within a sentence', () => {
    fc.assert(
      fc.property(text, (value) => {
        const markdown = `before ${escapeMarkdown(value)} after`;
        expect(isOf(markdown, 'paragraph', 'text')).toBe(true);
        expect(decoded(marked.parse(markdown, { async: false }))).toBe(`<p>before ${value} after</p>\n`);
      }),
    );
  });

  it('as code is shown as it is, and is nothing but code', () => {
    fc.assert(
      fc.property(lineOfText, (value) => {
        const markdown = `before ${code(value)} after`;
        expect(isOf(markdown, 'paragraph', 'text', 'codespan')).toBe(true);
        expect(decoded(marked.parse(markdown, { async: false }))).toBe(`<p>before <code>${value}</code> after</p>\n`);
      }),
      { numRuns: sampled(100, 1000) },
    );
  });

  it('in a cell of a table is shown as it is, and leaves the table whole', () => {
    fc.assert(
      fc.property(lineOfText, lineOfText, (first, second) => {
        const markdown = hoverTable(
          [
            ['a', 'b'],
            [codeInCell(first), escapeMarkdown(second)],
            ['left', 'right'],
          ],
          ['left', 'right'],
        );
        expect(isOf(markdown, 'table', 'text', 'codespan')).toBe(true);
        const [code = '', plain = '', ...others] = cells(markdown);
        expect(decoded(code.replace(/^<code>(.*)<\/code>$/s, '$1'))).toBe(first);
        expect(decoded(plain)).toBe(second);
        expect(others).toEqual(['left', 'right']);
      }),
      { numRuns: sampled(100, 1000) },
    );
  });

  it('as code has its line breaks as spaces, and nothing is no code at all', () => {
    expect(code('a\r\nb\nc\u2028d\u2029e')).toBe('`a b c d e`');
    expect(code('')).toBe('');
  });

  it('in a cell is code unless no code can hold it', () => {
    expect(codeInCell('a|b')).toBe('`a\\|b`');
    expect(codeInCell('a\\|b')).toBe('a&#92;&#124;b');
  });
});

describe('a link', () => {
  it('carries numbers alone', () => {
    expect(commandLink('Show in panel', 'vectorscope.showInPanel', 12)).toBe(
      '[Show in panel](command:vectorscope.showInPanel?%5B12%5D)',
    );
    expect(commandLink('Load', 'vectorscope.loadModel')).toBe('[Load](command:vectorscope.loadModel)');
  });

  it('has a label that ends no link', () => {
    const links = nodes(marked.lexer(commandLink('](x)', 'a.b', 1))).filter(({ type }) => type === 'link');
    expect(links).toMatchObject([{ href: 'command:a.b?%5B1%5D' }]);
  });
});
