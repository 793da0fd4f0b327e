import { type EngineError, modelUnsupported } from '../../../shared/errors';
import { said, type Said } from '../../../shared/said';
import { isObject } from '../../weights/strictJson';

const deepest = 4;
const mostSteps = 64;

/**
 * The steps of a part of a `tokenizer.json`, in order; a Sequence stands for those under its key `list`. Throws
 * `EngineError('model-unsupported')` if there are more, or deeper ones, than in any tokenizer. `does` describes them in
 * errors: `cuts texts`.
 */
export function stepsOf(
  described: unknown,
  list: 'normalizers' | 'pretokenizers' | 'processors',
  does: Said,
): unknown[] {
  const steps: unknown[] = [];
  let seen = 0;
  const add = (step: unknown, depth: number): void => {
    if (step === null || step === undefined) return;
    if (depth > deepest) throw unknownStep(does, step);
    if (++seen > mostSteps)
      throw modelUnsupported`The model's tokenizer ${does} in more than ${mostSteps} steps. Choose another model.`;
    const inner = isObject(step) && step['type'] === 'Sequence' ? step[list] : undefined;
    if (Array.isArray(inner)) for (const one of inner) add(one, depth + 1);
    else steps.push(step);
  };
  add(described, 0);
  return steps;
}

export function unknownStep(does: Said, described: unknown): EngineError {
  const type =
    isObject(described) && 'type' in described ? String(described['type']).slice(0, 40) : said`in an unknown way`;
  return modelUnsupported`The model's tokenizer ${does} in a way that Vectorscope does not know (“${type}”). Choose another model.`;
}
