import { describe, expect, test } from 'vitest';
import type { TokenFacts } from '../../../src/shared/engine';
import { type BothView, noBoth } from '../../../src/shared/instruments';
import type { PanelState } from '../../../src/shared/panel';
import { sectionsOf } from '../../../src/shared/rooms';
import { sections } from '../../../src/webview/sections';
import { textOf } from '../support/pages';
import { both, other, otherTokens } from './boths';
import { allFirst, empty, inspected, neighbours, vocabularyToken } from './build';
import { documentOf } from './documents';
import { fileOf } from './files';
import { twoTexts } from './twoTexts';

const facts: TokenFacts = {
  token: vocabularyToken('x', 1),
  ownRank: { raw: allFirst, centred: allFirst, normed: allFirst },
};

describe('the list of sections', () => {
  const shown = (state: PanelState): readonly string[] =>
    sections.filter((section) => section.shown(state)).map(({ id }) => id);

  test('is described in its order by the page about the panel', () => {
    const described = [...textOf('docs/panel.md').matchAll(/^- \*\*(.+?)\*\*:/gm)].map(([, title]) => title);
    expect(described).toEqual(sections.map(({ title }) => title()));
  });

  test('shows what is known and nothing else', () => {
    expect(shown(empty)).toEqual([]);
    expect(shown(inspected(['The', ' capital']))).toEqual([
      'point',
      'tokens',
      'tokenizers',
      'pipeline',
      'token',
      'neighbours',
      'vectorscope',
      'vector',
      'next-token',
      'matters',
      'continuation',
      'journey',
      'attention',
      'neurons',
      'size-map',
      'position',
      'texts',
      'lab',
    ]);
    expect(
      shown({ ...inspected(['The']), text: null, source: null, token: facts, neighbours: neighbours([1], [1], [1]) }),
    ).toEqual(['token', 'neighbours', 'vectorscope', 'vector', 'lab']);
  });

  test('has the room of two models only with a second one', () => {
    expect(shown(both()).filter((id) => id.startsWith('both'))).toEqual([
      'both',
      'both-text',
      'both-next',
      'both-layers',
      'both-blame',
      'both-matrix',
    ]);
    const ofBoth = (change: Partial<BothView>) => shown(both(change)).filter((id) => id.startsWith('both'));
    expect(ofBoth({ ...noBoth, failure: 'No.' })).toEqual(['both']);
    expect(ofBoth({ ...noBoth, working: { what: 'loading', name: 'B', fraction: null } })).toEqual(['both']);
    expect(ofBoth({ other: other({ sameVocabulary: false }), text: otherTokens })).toEqual(['both', 'both-text']);
    expect(ofBoth({ other: other({ runs: 'none' }), text: null, position: null })).toEqual(['both', 'both-matrix']);
  });

  test('has the room of two texts with an inspected one, and all of it once the other has run', () => {
    expect(shown(twoTexts()).filter((id) => /texts|patch/.test(id))).toEqual([...sectionsOf.texts]);
    expect(shown(twoTexts({ result: null })).filter((id) => /texts|patch/.test(id))).toEqual(['texts']);
  });

  test('has the room of a document without an inspected text too', () => {
    expect(shown({ ...empty, document: documentOf('One line') })).toEqual(['document']);
  });

  test('has the room of a model file without an inspected text, and more of it once it is read', () => {
    expect(shown({ ...empty, file: fileOf({ summary: null, contents: null }) })).toEqual(['file']);
    expect(shown({ ...empty, file: fileOf() })).toEqual(['file', 'file-metadata', 'file-tensors']);
  });

  test('has every section once', () => {
    const ids = sections.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
