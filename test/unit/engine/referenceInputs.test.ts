import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { defaultModel } from '../../../src/shared/defaultModel';
import journeys from '../../fixtures/journeys.json';
import prompts from '../../fixtures/prompts.json';
import reference from '../../fixtures/reference.json';
import inputs from '../../reference/inputs.json';

const texts = (entries: readonly { readonly text: string }[]) => entries.map(({ text }) => text);

test('the fixtures of the default model hold what `npm run reference` would write today', () => {
  expect(reference.model).toBe(basename(defaultModel.path));
  expect(texts(reference.tokenised)).toEqual(inputs.tokenised);
  expect(texts(reference.tokens)).toEqual(inputs.tokens);
  expect(texts(reference.runs)).toEqual(inputs.runs);
  const withLens = reference.runs.filter((run) => 'lens top 3 [layer][position]' in run);
  expect(texts(withLens)).toEqual(inputs['runs with a lens']);
  expect(Object.keys(prompts).map(Number)).toEqual(inputs.prompts.lengths);
  expect(Object.keys(journeys)).toEqual([...Object.keys(inputs.journeys.positions), 'likeliest', 'residualSize']);
  const { positions, likeliest } = inputs.journeys;
  for (const [name, position] of Object.entries(positions))
    expect(journeys).toHaveProperty([name, 'position'], position);
  expect(Object.keys(journeys.likeliest)).toEqual(likeliest);
});
