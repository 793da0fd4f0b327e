import type { CutBy, CutToken, OtherCut } from '../../../src/shared/cuts';
import type { TokenizersView } from '../../../src/shared/instruments';

/** The tokens of a text between these offsets. */
export function tokensAt(text: string, ...ends: readonly number[]): readonly CutToken[] {
  return ends.map((end, at) => {
    const start = ends[at - 1] ?? 0;
    return { id: at, bytes: [...new TextEncoder().encode(text.slice(start, end))], start, end };
  });
}

export const cutBy = (name: string, tokens: readonly CutToken[]): CutBy => ({ name, count: tokens.length, tokens });

/** “aé” and a line with a Cyrillic letter: B cuts the word, and reads the last letter as two bytes. */
export const cutText = 'aé\nя';
const [d1, d2] = [0xd1, 0x8f].map((byte, id) => ({ id, bytes: [byte], start: 3, end: 4 }));
export const cutsBeside: { readonly own: CutBy; readonly other: OtherCut } = {
  own: cutBy('Мир', tokensAt(cutText, 2, 3, 4)),
  other: {
    ...cutBy('r50k_base', [...tokensAt(cutText, 1, 2, 3), d1!, d2!]),
    source: { encoding: 'r50k_base' },
    partings: [
      { start: 0, end: 2, reason: 'merges' },
      { start: 3, end: 4, reason: 'unknown' },
    ],
    vocabularies: {
      shared: 9,
      only: [
        { count: 2, longest: [{ id: 7, text: ' длинный' }] },
        { count: 0, longest: [] },
      ],
    },
  },
};

export const twoTokenizers: TokenizersView = {
  ...{ words: 2, bytes: 6, beside: null, cuts: null, opens: true },
  rows: [
    { key: '', name: 'Мир', count: 3, failure: null },
    { key: 'o200k_base', name: 'o200k_base', count: null, failure: null },
    { key: 'r50k_base', name: 'r50k_base', count: 5, failure: null },
    { key: '/m/broken.gguf', name: 'дом', count: null, failure: '⟦It is damaged.⟧' },
  ],
};
