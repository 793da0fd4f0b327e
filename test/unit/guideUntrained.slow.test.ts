import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { foundIn, type UntrainedToken } from '../../src/shared/lab';
import { visible } from '../../src/tools/text';
import { rowsUnder } from './support/pages';
import { repeatsOfDefault, untrainedOfDefault, untrainedTruth } from './support/untrained';

const page = 'docs/13-untrained.md';
const said = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8').replaceAll('\n', ' ');
const named = ({ text }: { readonly text: string }): string => `\`${visible(text)}\``;

// All that needs these indicators stands in one file: they take seconds, and one process measures them once.

it('the indicators of the default model are those of numpy', async () => {
  const { cosines, result } = await untrainedOfDefault();
  const stored = Object.entries(untrainedTruth.cosines);
  expect(stored.length).toBe(50);
  for (const [id, cosine] of stored) expect(Math.abs((cosines[Number(id)] ?? NaN) - cosine), id).toBeLessThan(1e-6);
  expect(result.principal).toBeCloseTo(untrainedTruth.principal, 6);
  const { from, to, nearest } = untrainedTruth;
  expect(result.reference).toMatchObject({ kind: 'code', count: 1 + to - from });
  expect([result.reference.ids?.at(0), result.reference.ids?.at(-1)]).toEqual([from, to]);
  const others = nearest.filter((id) => id < from || id > to);
  expect(result.nearest.slice(0, others.length).map(({ id }) => id)).toEqual(others);
});

it('the numbers of the page about untrained tokens are those of the engine', async () => {
  const { result, cosines } = await untrainedOfDefault();
  const { found, nearest, control, reference, principal, vocabulary } = result;
  const token = (id: number) => [...nearest, ...control].find((one) => one.id === id) as UntrainedToken;
  expect(rowsUnder(page, 'Two indicators')).toEqual(
    [36_744, 1, 2, 15_706, 0].map((id) => {
      const { size, cosine, rank } = token(id);
      return [named(token(id)), size.toFixed(3), cosine.toFixed(3), rank.toLocaleString('en')];
    }),
  );
  expect(said).toContain(`place of ${vocabulary.toLocaleString('en')} |`);
  expect(said).toContain(`which has ${(100 * principal).toFixed(1)} % of the variance here`);
  expect(said).toContain(`${foundIn(result)} other tokens reach the cosine`);
  expect(said).toContain(`${found.text} of them are pieces`);
  expect(found).toMatchObject({ control: 2, partial: 0, unreachable: 0 });
  expect(said).toContain(`${token(36_744).percentile.toFixed(0)} % of all tokens are smaller`);

  const alike = [5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
  expect(reference).toMatchObject({ count: 14, examples: [3, 4, 5, 6, 7].map((id) => ({ id })) });
  expect(said).toContain(`Eleven of the ${reference.count} have the size ${reference.sizes[0].toFixed(3)}`);
  expect(alike.every((id) => (cosines[id] as number) > 0.98)).toBe(true);
  expect([3, 4, 6].every((id) => (cosines[id] as number) < 0.95)).toBe(true);
  expect(reference.examples.map(({ text }) => text)).toEqual(
    expect.arrayContaining(['<repo_name>', '<reponame>', '<filename>']),
  );
});

it('the probabilities are those of the engine too', async () => {
  const repeats = (await repeatsOfDefault())
    .toSorted((a, b) => b.probability - a.probability)
    .map((repeated) => [named(repeated), `${(100 * repeated.probability).toFixed(1)} %`]);
  expect(repeats.length).toBeGreaterThan(1);
  const names = repeats.map(([name]) => name);
  expect(rowsUnder(page, 'Ask the model').filter(([name]) => names.includes(name))).toEqual(repeats);
});

it('asking the default model to repeat tokens tells trained ones from others', async () => {
  const [the, protection] = await repeatsOfDefault();
  expect(the).toMatchObject({ text: 'The' });
  expect(the?.probability).toBeGreaterThan(0.5);
  expect(protection).toMatchObject({ text: 'ManagementPlaneProtection' });
  expect(protection?.probability).toBeLessThan(0.001);
});
