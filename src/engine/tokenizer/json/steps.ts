import type { EngineError } from '../../../shared/errors';
import { unknownField, unreadField } from '../../weights/damaged';
import { isObject } from '../../weights/strictJson';

const deepest = 4;
const mostSteps = 64;

/** The key of a `tokenizer.json`. */
type Part = 'normalizer' | 'pre_tokenizer' | 'model' | 'post_processor';

/**
 * The steps of a part of a `tokenizer.json`, in order; a Sequence stands for those under its key `list`. Throws
 * `EngineError('model-unsupported')` if there are more, or deeper ones, than in any tokenizer.
 */
export function stepsOf(
  described: unknown,
  list: 'normalizers' | 'pretokenizers' | 'processors',
  part: Part,
): unknown[] {
  const steps: unknown[] = [];
  let seen = 0;
  const add = (step: unknown, depth: number): void => {
    if (step === null || step === undefined) return;
    if (depth > deepest) throw unknownStep(part, step);
    if (++seen > mostSteps) throw unreadField(`tokenizer.json: ${part} (steps)`, seen, `≤ ${mostSteps}`);
    const inner = isObject(step) && step['type'] === 'Sequence' ? step[list] : undefined;
    if (Array.isArray(inner)) for (const one of inner) add(one, depth + 1);
    else steps.push(step);
  };
  add(described, 0);
  return steps;
}

export const unknownStep = (part: Part, described: unknown): EngineError =>
  unknownField(
    `tokenizer.json: ${part}`,
    isObject(described) && 'type' in described ? String(described['type']).slice(0, 40) : null,
  );
