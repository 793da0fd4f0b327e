import { transform } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { parseAst } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import { saidTags, saidTemplates, templatesOf } from '../../../scripts/l10n.mjs';
import { badRequest, EngineError } from '../../../src/shared/errors';
import { setLanguage } from '../../../src/shared/format';
import { figures, memorySize, said, saidPlural, translated, verbatim } from '../../../src/shared/said';
import { english, type Translator } from '../../../src/shared/translator';

const bundle: Readonly<Record<string, string>> = {
  'There is no token {0}; the vocabulary has {1}.': 'Das Vokabular hat {1}, aber kein Token {0}.',
  '{0} tokens': '{0} Tokens',
};
const german: Translator = { t: (message, ...pieces) => english.t(bundle[message] ?? message, ...pieces) };

afterEach(() => setLanguage('en'));

describe('a sentence', () => {
  const sentence = said`There is no token ${99}; the vocabulary has ${said`${10} tokens`}.`;

  it('has its English words beside the template and the values', () => {
    expect(sentence).toMatchObject({
      message: 'There is no token 99; the vocabulary has 10 tokens.',
      template: 'There is no token {0}; the vocabulary has {1}.',
      values: ['99', { template: '{0} tokens', values: ['10'] }],
    });
  });

  it('obeys nothing in a value: no control character, and nothing that turns its words around', () => {
    expect(said`The tensor ${'a\u001b[31m\u202Eb\u2067c'} is there.`.message).toBe(
      'The tensor a\uFFFD[31m\uFFFDb\uFFFDc is there.',
    );
  });

  it('is translated with its parts, and stays English where the bundle lacks it', () => {
    expect(translated(sentence, german)).toBe('Das Vokabular hat 10 Tokens, aber kein Token 99.');
    expect(translated(said`The run of ${'a'} ended.`, german)).toBe('The run of a ended.');
    expect(translated(verbatim('Das ist fertig, auch {0}.'), german)).toBe('Das ist fertig, auch {0}.');
  });

  it('has figures with the marks of the language of whoever reads it', () => {
    const needed = said`It needs ${figures('1,234.5')} of ${memorySize(1.5e9)}, ${0.25} of ${12345}.`;
    expect(needed.message).toBe('It needs 1,234.5 of 1.5 GB, 0.25 of 12345.');
    setLanguage('de');
    expect(translated(structuredClone(needed), german)).toBe('It needs 1.234,5 of 1,5 GB, 0,25 of 12345.');
    expect(translated(said`Version ${'1.5'}`, german)).toBe('Version 1.5');
  });

  it('has the plural of the language of whoever reads it, as a part of another sentence too', () => {
    const again = said`${'host'} is busy. Try again ${saidPlural(0, { one: said`in ${0} second`, other: said`in ${0} seconds` })}.`;
    expect(again.message).toBe('host is busy. Try again in 0 seconds.');
    // French takes the singular for 0.
    setLanguage('fr');
    expect(translated(structuredClone(again), english)).toBe('host is busy. Try again in 0 second.');
  });

  it('has no control characters of a file in its values', () => {
    expect(translated(said`The key is ${'\u001b[2J'}.`, german)).toBe('The key is \uFFFD[2J.');
  });

  it('goes with an error', () => {
    const error = badRequest`There is no token ${99}; the vocabulary has ${'10'}.`;
    expect(error.message).toBe('There is no token 99; the vocabulary has 10.');
    expect(translated(error.said, german)).toBe('Das Vokabular hat 10, aber kein Token 99.');
    expect(translated(new EngineError('internal', 'Fertig.').said, german)).toBe('Fertig.');
  });
});

describe('the templates of the sources', () => {
  it('are found by their tags, with those inside values', () => {
    const source =
      "throw badRequest`No ${[1].map((one) => `${one}`).join()} in ${name}${many ? said` of ${{ a: 1 }.a}` : ''}.`; other`x`; this.damaged`y`; // `said`, `not-damaged`";
    expect(templatesOf(source)).toEqual(['No {0} in {1}{2}.', ' of {0}']);
  });

  it('have no tag that the search does not know', async () => {
    expect(await tagsIn('const a: string = f`x${g`y`}`; h.i`z`; `plain ${j`k`}`;')).toEqual(['f', 'g', 'h.i', 'j']);
    const sources = ['src/engine', 'src/shared']
      .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
      .filter((file) => extname(file) === '.ts')
      .map((file) => readFileSync(file, 'utf8'))
      // A parser takes its time, and most templates have no tag.
      .filter((source) => /\w`/.test(source));
    const used = new Set((await Promise.all(sources.map(tagsIn))).flat());
    expect([...used].sort()).toEqual(saidTags.toSorted());
  });

  it('are all in the bundle, without escapes, which the search does not read', () => {
    const sentences = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8')) as object;
    const all = saidTemplates();
    expect(all.length).toBeGreaterThan(200);
    expect(all.filter((template) => !(template in sentences) || template.includes('\\'))).toEqual([]);
  });
});

/** The tags of all template literals of a source, which a parser finds wherever they stand. */
async function tagsIn(source: string): Promise<readonly string[]> {
  const { code } = await transform(source, { loader: 'ts', target: 'esnext' });
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('type' in value && value.type === 'TaggedTemplateExpression' && 'tag' in value) {
      const { start, end } = value.tag as { readonly start: number; readonly end: number };
      found.push(code.slice(start, end));
    }
    Object.values(value).forEach(visit);
  };
  visit(parseAst(code));
  return found;
}
