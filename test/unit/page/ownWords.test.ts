import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ownWords } from '../../../src/page/language';

const bundle: unknown = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8'));

it('replaces sentences that the panel has, with the same pieces', () => {
  for (const [sentence, ours] of Object.entries(ownWords())) {
    expect(bundle).toHaveProperty([sentence]);
    expect(ours.match(/\{\d\}/g)).toEqual(sentence.match(/\{\d\}/g));
    expect(ours).not.toMatch(/editor|window|Inspect Selection/);
  }
});
