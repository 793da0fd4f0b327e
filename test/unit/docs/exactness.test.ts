import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { blockTypes } from '../../fuzz/llamaFile';
import { figureNames } from '../../verify/exactness/figures';
import { measuredIn, pageOf } from '../../verify/exactness/page';
import { codesIn, rowsUnder } from '../support/pages';

// docs/exactness.md is the output of `npm run verify -- exactness`. Its numbers are not tested here.

const page = readFileSync(new URL('../../../docs/exactness.md', import.meta.url), 'utf8');
const { lines } = measuredIn(page);

it('has the form that the program writes', () => expect(pageOf(measuredIn(page))).toBe(page));

it('is at most 150 lines long', () => expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(150));

it('has a line for every family in both kinds of file, for every type of weights, and for the default model', () => {
  const kindsOf = (family: string) => lines.filter((line) => line.family === family).map(({ kind }) => kind);
  const families = codesIn(rowsUnder('docs/models.md', 'What can be opened')[0]?.[1] ?? '').toSorted();
  expect([...new Set(lines.map(({ family }) => family))]).toEqual(families);
  for (const family of families) {
    expect(kindsOf(family)).toContainEqual(expect.stringContaining('GGUF'));
    expect(kindsOf(family)).toContainEqual(expect.stringContaining('safetensors'));
  }
  expect(kindsOf('llama')).toEqual(
    expect.arrayContaining([
      ...blockTypes.map((type) => `GGUF, ${type}, random numbers`),
      expect.stringContaining('default model'),
    ]),
  );
});

it('has a number in every cell, or says that nobody else has measured it', () => {
  for (const { kind, errors } of lines)
    for (const name of figureNames)
      if (name === 'published' && kind.includes('random')) expect(errors[name]).toBe('–');
      else expect(Number(errors[name])).toBeGreaterThanOrEqual(0);
});
