import { expect, it } from 'vitest';
import { NewestOnly } from '../../../src/engine/tasks/newestOnly';

it('tells who waits for its end of that, however it comes, and lets go of who does not wait any more', async () => {
  const runs = new NewestOnly();
  let fail = (_: Error): void => {};
  const run = runs.do(undefined, () => new Promise((_, reject) => (fail = reject)));
  const [patient, impatient] = [new AbortController(), new AbortController()];
  const ended: string[] = [];
  const waits = runs.ended(patient.signal).then(() => ended.push('the run'));
  const gives = runs.ended(impatient.signal).then(() => ended.push('the wait'));
  impatient.abort();
  await gives;
  await runs.ended(impatient.signal);
  expect(ended).toEqual(['the wait']);
  fail(new Error('It failed.'));
  await expect(run).rejects.toThrow('It failed.');
  await waits;
  expect(ended).toEqual(['the wait', 'the run']);
});
