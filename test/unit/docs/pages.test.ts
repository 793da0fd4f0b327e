import { describe, expect, it } from 'vitest';
import { architectureOf } from '../../../src/engine/architecture/families';
import { typesOfFiles } from '../../../src/engine/weights/types/types';
import type { Weights } from '../../../src/engine/weights/weights';
import { settings } from '../support/manifest';
import { codesIn, rowsUnder } from '../support/pages';
import { hybridNames, mixtureNames } from '../support/families';

describe('the page about the editor', () => {
  const rows = rowsUnder('docs/editor.md', 'Settings');

  it('lists the settings in the order of the manifest', () => {
    expect(rows.map(([name]) => name)).toEqual([...settings.keys()].map((name) => `\`vectorscope.${name}\``));
  });

  it.each(rows)('says of %s what can be chosen and what is chosen first', (name, said = '') => {
    const setting = settings.get(codesIn(name)[0]?.replace('vectorscope.', '') ?? '');
    const { enum: choices = [], type, default: value } = setting ?? {};
    expect(codesIn(said)).toEqual(expect.arrayContaining([...choices]));
    if (type === 'integer') expect(said.match(/\d+/g)).toContain(String(value));
  });
});

describe('the page about models', () => {
  const cell = (name: string) =>
    codesIn(rowsUnder('docs/models.md', 'What can be opened').find(([first]) => first === name)?.[1] ?? '');

  it('lists the families whose layers run', () => {
    const metadata = new Map([['general.architecture', 'unknown']]);
    const unknown: Pick<Weights, 'metadata' | 'tensors' | 'unread'> = { metadata, tensors: new Map(), unread: new Map() };
    expect(() => architectureOf(unknown as Weights)).toThrow(`runs ${cell('families').join(', ')}.`);
  });

  it('says what can be asked of each of them, and of which there are experts', () => {
    const [dense = [], hybrids = [], mixtures] = rowsUnder('docs/models.md', 'What can be asked of which family').map(([names = '']) =>
      codesIn(names),
    );
    expect([...new Set([...dense, ...hybrids, ...(mixtures ?? [])])].toSorted()).toEqual(cell('families').toSorted());
    const families = new Set(mixtureNames.map((name) => name.replace(/-(experts|nvfp4)$/, '')));
    expect(mixtures?.toSorted()).toEqual([...families]);
    expect(hybrids.toSorted()).toEqual(['gemma4', ...hybridNames].toSorted());
  });

  it('lists the types of weights that are read', () => {
    expect(cell('types of weights')).toEqual(typesOfFiles);
  });
});
