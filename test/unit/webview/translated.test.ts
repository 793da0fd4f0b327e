import * as l10n from '@vscode/l10n';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { itemWords } from '../../../src/extension/inspectionsView/item';
import { machineLines } from '../../../src/extension/statusBar/machine';
import { menuItems } from '../../../src/extension/statusBar/registerModelCommands';
import { setLanguage } from '../../../src/shared/format';
import { glyphWordsIn } from '../../../src/shared/glyphs';
import { lensIndex } from '../../../src/webview/journey/lens/colouring';
import { OpenedCell } from '../../../src/webview/journey/lens/lens';
import { layerWords, totalWords } from '../../../src/webview/journey/reading';
import { ChosenResidual } from '../../../src/webview/journey/sizeMap/dimensions';
import { readBundle, translate } from '../../../src/webview/l10n';
import { ordinal, tokenCount } from '../../../src/webview/parts/numbers';
import { legendNote } from '../../../src/webview/parts/quantities';
import { foundNote } from '../../../src/webview/parts/tokenSearch';
import { namesOf } from '../../../src/webview/parts/vocabulary';
import { filled, sentence, words } from '../../../src/webview/parts/words';
import { backends } from '../support/backends';
import { vocabularyToken } from './build';
import { act, full, journeys, pages, sideBars } from './pages';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n'), QuickPickItemKind: { Separator: -1 } }));
// There is no width here, without which no chart is drawn.
vi.mock('../../../src/webview/parts/width', () => ({
  useWidth: () => ({ ref: { current: null }, width: 600 }),
  useTallest: () => ({ current: null }),
}));

describe('the translations that the page is given', () => {
  test('are read where they are sentences by sentences', () => {
    expect(readBundle('{"Copy":"Kopieren"}')).toEqual({ Copy: 'Kopieren' });
    expect(readBundle('{}')).toEqual({});
  });

  test.each([undefined, '', '{', 'null', '[1]', '"Copy"', '{"Copy":1}', '{"Copy":{"message":"Kopieren"}}'])(
    'are none where they have another form: %j',
    (json) => {
      expect(readBundle(json)).toBeNull();
    },
  );

  test('say it from then on, and nothing else says anything', () => {
    expect(translate('{"{0} tokens":"{0} Wörter"}')).toBe(true);
    expect([tokenCount(2), tokenCount(1)]).toEqual(['2 Wörter', '1 token']);
    expect(translate(undefined)).toBe(false);
    expect(tokenCount(2)).toBe('2 tokens');
  });
});

describe('a template', () => {
  const token = vocabularyToken(' {0}', 1);

  test('takes its pieces in its own order', () => {
    expect(words('{1} und {0}', token, 'eins')).toEqual(['eins', ' und ', token]);
    expect(words('{0}, {0}', [token, ' hier'])).toEqual([token, ' hier', ', ', token, ' hier']);
  });

  test('is searched once, and keeps what it has no piece for', () => {
    expect(sentence(words('{0} {1} {7}', '{1}', token))).toBe('{1} ·{0} {7}');
    expect(filled('none')).toEqual(['none']);
  });
});

/** Letters that stand on a page in any language: names of the product, encodings, formats, functions; units, bytes. */
const untranslated =
  /Vectorscope|king(?: - man \+ woman)?|\b(?:mean|unit)\(|\b(?:GGUF|safetensors)\b|\b(?:o200k|cl100k|r50k)_base\b|\bcos\b|\b\d+ MB\b|\b[0-9A-F]{2}\b/g;

/** What stands outside of all brackets. The innermost ones are taken away first, until none is left. */
function outside(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, '');
  return less === text ? text : outside(less);
}

const isLeft = (text: string): boolean =>
  /[A-Za-z]{2}|\{\d+\}/.test(outside(text.replace(/&\w+;/g, '')).replace(untranslated, ''));

/** The texts of a page, and the attributes that are read out or shown, which were not translated. */
function leftIn(html: string): readonly string[] {
  const attributes = [...html.matchAll(/ (?:aria-label|aria-valuetext|title|placeholder)="([^"]*)"/g)].map(
    ([, text]) => text ?? '',
  );
  // One text: a sentence begins before the token in it, and ends after it.
  return [...attributes, html.replace(/<[^>]*>/g, ' ')]
    .filter(isLeft)
    .map((text) => outside(text).replace(/\s+/g, ' '));
}

/** Numbers with a point, in the texts and in the attributes that are read out or shown. A head's name is no number. */
function pointsIn(html: string): readonly string[] {
  const attributes = [...html.matchAll(/ (?:aria-label|aria-valuetext|title|placeholder)="([^"]*)"/g)];
  const texts = [...attributes.map(([, text]) => text ?? ''), html.replace(/<[^>]*>/g, ' ')];
  return texts.flatMap((text) => text.replaceAll(/\bhead⟧? \d+\.\d+/gi, '').match(/\S*\d\.\d\S*/g) ?? []);
}

describe('in another language', () => {
  const bundle = Object.keys(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../../l10n/bundle.l10n.json'), 'utf8')) as object,
  );
  beforeAll(() => {
    l10n.config({ contents: Object.fromEntries(bundle.map((key) => [key, `⟦${key}⟧`])) });
    // One with decimal commas, and spaces between thousands.
    setLanguage('ru');
  });
  afterAll(() => {
    l10n.config({ contents: {} });
    setLanguage('en');
  });

  test('nothing on the pages stays English, and no number keeps its point', () => {
    const all = [...pages(), ...sideBars().map((html) => ['side bar', html] as const)];
    for (const [name, html] of all) expect([leftIn(html), pointsIn(html)], name).toEqual([[], []]);
  });

  test('nothing stays English that only a click shows', () => {
    const { model } = full;
    for (const [layer, lessMean] of [
      [0, false],
      [0, true],
      [30, false],
      [30, true],
    ] as const) {
      for (const journey of Object.values(journeys))
        expect(
          [layerWords(journey, layer, lessMean), totalWords(journey, lessMean)].map(sentence).filter(isLeft),
        ).toEqual([]);
    }
    const biased = { ...journeys.last, push: { ...journeys.last.push, bias: 1 } };
    expect([true, false].map((lessMean) => sentence(totalWords(biased, lessMean))).filter(isLeft)).toEqual([]);
    const names = namesOf(full.vocabulary!);
    const cellAt = lensIndex(full.lens!.blocks);
    for (const [layer, after] of [
      [0, 'layer'],
      [7, 'layer'],
      [7, 'attention'],
      [30, 'layer'],
    ] as const) {
      for (const rank of [null, 3, 300]) {
        const known = cellAt(layer, 2);
        expect(
          leftIn(
            renderToString(
              h(OpenedCell, {
                cell: known && { ...known, rank, divergence: 2 },
                names,
                step: { layer, after },
                layers: 30,
                place: '3',
                token: full.text!.tokens[2],
                chosen: 6,
                act,
              }),
            ),
          ),
        ).toEqual([]);
      }
    }
    for (const [layer, value, median] of [
      [0, 0, 0],
      [7, -3, 0],
      [7, -3, 2],
      [30, 400, 2],
    ] as const)
      expect(
        leftIn(
          renderToString(
            h(ChosenResidual, {
              cell: { position: 2, layer },
              layers: 30,
              place: '3',
              token: full.text!.tokens[2],
              dimensions: {
                position: 2,
                layer,
                size: Math.abs(value),
                median,
                largest: [{ dimension: 5, value, share: 1 }],
              },
              wait: null,
              act,
            }),
          ),
        ),
      ).toEqual([]);
    expect(
      [
        [0, 0],
        [1, 1],
        [1, 9],
      ]
        .map(([length = 0, total = 0]) =>
          foundNote({ tokens: Array.from({ length }, () => model!.sizes!.smallest), total }),
        )
        .filter(isLeft),
    ).toEqual([]);
    expect(
      (['size', 'surprisal', 'entropy'] as const)
        .flatMap((quantity) => [legendNote(quantity, null), legendNote(quantity, 1)])
        .filter(isLeft),
    ).toEqual([]);
    expect(
      Array.from({ length: 30 }, (_, value) => [tokenCount(value), ordinal(value + 1)])
        .flat()
        .filter(isLeft),
    ).toEqual([]);
  });

  test('nothing stays English in the list of inspections, in the status bar’s menu and in hovers', () => {
    const { changed, tokens, leftOut, context, chat, plain, centred } = itemWords;
    expect(
      [
        changed(),
        tokens(1),
        tokens(2),
        leftOut(tokens(2), 1),
        context(1),
        context(2),
        chat(),
        plain(),
        centred(),
      ].filter(isLeft),
    ).toEqual([]);
    for (const backend of backends) {
      for (const remote of [null, '1']) {
        for (const threads of [1, 2]) {
          const lines = machineLines(
            {
              host: remote === null ? 'web' : 'node',
              remote,
              memory: 1e8,
              canShare: false,
              threadsSetting: 0,
              choice: 'auto',
            },
            { ...full, backend, model: { ...full.model!, threads } },
          );
          expect(
            menuItems({ loaded: threads === 1, working: remote === null, isMeasured: true, lines })
              .flatMap(({ label, detail }) => [label, detail ?? ''])
              .filter(isLeft),
          ).toEqual([]);
        }
      }
    }
    const glyphs = glyphWordsIn(l10n);
    expect(
      [
        glyphs.whiteSpace(),
        glyphs.bytes('one'),
        glyphs.bytes('several'),
        glyphs.mark('tab', 1),
        glyphs.mark('tab', 2),
      ].filter(isLeft),
    ).toEqual([]);
  });

  test('what is left over would be found', () => {
    expect(leftIn('<p title="as it was">⟦after <bdi>Paris</bdi>⟧</p><p>⟦a⟧ token {0}</p>')).toEqual([
      'as it was',
      expect.stringContaining('token {0}'),
    ]);
    expect(leftIn('<p title="⟦as ⟦it⟧ was⟧">⟦after <bdi>Paris</bdi>⟧ cos θ 0A</p>')).toEqual([]);
  });
});
