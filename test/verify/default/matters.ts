import { cutText } from '../../../src/engine/analysis/tokenise';
import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import { defaultModel } from '../../../src/shared/defaultModel';
import { Errors } from '../../unit/support/bothTruth';
import { numbersOf } from '../../unit/support/headsTruth';
import { compareMatters } from '../../unit/support/mattersTruth';
import { report } from './report';

// `npm run verify -- matters`: the bits of an answer on the default model without each token of a text, or each stretch
// of several tokens, against float64 runs of the shorter text, from the equations. Fails if a number is further away
// than its bar. It takes some minutes and 3 GB.

/** `length`: tokens of a part. */
const questions = [
  { text: 'The capital of France is', answer: undefined, length: 1 },
  { text: 'Once upon a time there was a little girl named', answer: ' Lily, who lived', length: 1 },
  { text: 'Q: Which planet is largest?\nA: Jupiter.\n\nQ: Which is hottest?\nA:', answer: ' Venus.', length: 3 },
];

export async function matters(path: string): Promise<boolean> {
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const engine = localEngine();
  await engine.load({ path, sha256: defaultModel.sha256 });
  const errors = new Errors();
  const numbers = numbersOf(model);
  let count = 0;
  for (const { text, answer, length } of questions) {
    const ids = cutText(model, { text }).inspected;
    const places = [...ids.keys()];
    const parts = places.filter((at) => at % length === 0).map((at) => places.slice(at, at + length));
    const question = { position: ids.length - 1, parts };
    const found = await engine.matters({ text, ...question, ...(answer !== undefined && { answer }) });
    compareMatters(model, ids, question, found, errors, numbers);
    count += found.parts.length;
  }
  await engine.close();
  await model.release();
  return report(`${count} parts`, errors);
}
