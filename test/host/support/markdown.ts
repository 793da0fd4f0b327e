import { marked } from 'marked';

const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** What is read in Markdown: a line for each paragraph and each row of a table, whose cells have bars between them. */
export function read(markdown: string): readonly string[] {
  const html = marked.parse(markdown, { async: false });
  const text = html
    .replace(/<\/t[hd]>\s*<t[hd][^>]*>(?:&nbsp;)*/g, ' | ')
    .replace(/<br>|<\/(p|tr)>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (_, code: string | undefined, name: string) =>
      code ? String.fromCodePoint(Number(code)) : (names[name] ?? ''),
    )
    // Marks of direction around tokens.
    .replace(/[\u2068\u2069]/g, '');
  return text
    .split('\n')
    .map((line) => line.trim().replace(/[\u2003\u00a0]/g, ' '))
    .filter((line) => line !== '');
}

/** Where the links lead. */
export const links = (markdown: string): readonly string[] =>
  [...marked.parse(markdown, { async: false }).matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href ?? '');
