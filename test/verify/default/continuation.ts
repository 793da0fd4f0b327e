import { spawnSync } from 'node:child_process';
import { localEngine } from '../../../src/engine/localEngine';
import { defaultModel } from '../../../src/shared/defaultModel';
import { fromRoot } from '../../bench/inputs';
import { passes, print } from '../../bench/measure';
import { numpyPython } from '../../reference/python';

// `npm run verify -- continuation`: forty tokens after each of ten texts on the default model, each the likeliest one,
// beside float64 in numpy. At every position of the path float64 must put the same token first, unless its lead over
// the second is below what float32 can tell; such a step is printed. It takes a minute and 3 GB.

const texts = [
  'The capital of France is',
  'Once upon a time there was a',
  'def fibonacci(n):\n    ',
  'The three laws of thermodynamics are',
  'Dear Sir or Madam,\n\nI am writing',
  '1, 2, 3, 5, 8, 13,',
  'Das Wetter ist heute',
  'SELECT name FROM users WHERE',
  '“I never said that,” she',
  'Water boils at',
];
const count = 40;
/** Logits. */
const tooClose = 1e-4;

interface Reference {
  readonly likeliest: readonly number[];
  readonly leads: readonly number[];
}

export async function continuation(path: string): Promise<boolean> {
  const engine = localEngine();
  await engine.load({ path, sha256: defaultModel.sha256 });
  const paths: (readonly number[])[] = [];
  const begins: number[] = [];
  for (const text of texts) {
    const { tokens } = await engine.tokenise({ text });
    const { steps } = await engine.continuation({ text, count, after: [], sampler: null, seed: 0 });
    begins.push(tokens.length);
    paths.push([...tokens, ...steps.map(({ token }) => token)].map(({ id }) => id));
  }
  await engine.close();
  const { stdout, status } = spawnSync(numpyPython(), ['-B', fromRoot('test/reference/greedy.py'), path], {
    input: JSON.stringify(paths),
    maxBuffer: 2 ** 26,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('The reference in Python failed.');
  const found = JSON.parse(String(stdout)) as readonly Reference[];
  let [steps, others, close] = [0, 0, 0];
  for (const [at, ids] of paths.entries())
    for (let i = begins[at] as number; i < ids.length; i++) {
      const { likeliest, leads } = found[at] as Reference;
      steps++;
      if (likeliest[i - 1] === ids[i]) continue;
      const lead = leads[i - 1] as number;
      print(`text ${at + 1}, step ${i - (begins[at] as number) + 1}: float64 leads by ${lead.toExponential(1)} logits`);
      if (lead < tooClose) close++;
      else others++;
    }
  return passes([
    [`of ${steps} steps, another token than in float64`, '0', String(others), others === 0],
    [`where float64 leads by less than ${tooClose} logits`, 'listed above', String(close), true],
  ]);
}
