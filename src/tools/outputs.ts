import * as v from 'valibot';
import { inspectedModel } from '../shared/inspection';
import { byMetric, type ByMetric } from '../shared/metrics';
import type { ModelInfo } from '../shared/model';
import { modelTitle } from '../shared/modelName';
import { type InspectedEntry, measureKeys } from '../shared/neighbourTable';
import type { NamedToken } from '../shared/tokens';
import { english } from '../shared/translator';

// What the answers of several tools are made of. Their words are rows of the same objects, under the same keys.

/** Numbers that may be absent or not known. */
export const numbers = <Key extends string>(...keys: readonly Key[]) =>
  Object.fromEntries(keys.map((key) => [key, v.optional(v.nullable(v.number()))] as const));

export const namedOutput = { id: v.number(), text: v.string() };
export const modelOutput = v.looseObject({ name: v.string() });
const list = v.array(
  v.object({ ...namedOutput, value: v.number(), operand: v.optional(v.boolean()), ...numbers(...measureKeys) }),
);
export const listsOutput = v.object({ euclidean: list, cosine: list, dot: list });
export const leftOutOutput = v.pipe(v.number(), v.description('Tokens that were dropped from the beginning.'));
export const tokenOutput = v.object({
  ...namedOutput,
  ...numbers('size', 'percentile', 'outputSize', 'outputPercentile', 'angleInputOutput'),
  ...numbers('surprisal', 'index', 'start', 'end'),
  ...{ surprisalIsLeast: v.optional(v.boolean()), special: v.optional(v.boolean()) },
  bytes: v.optional(v.array(v.number())),
});
export const chatOutput = v.optional(v.looseObject({ template: v.string(), findings: v.array(v.looseObject({})) }));

/** The name of the model, which begins every answer. */
export const titleOf = (model: ModelInfo): string => modelTitle(inspectedModel(model), english);

export function modelJson(model: ModelInfo) {
  const { name, server } = inspectedModel(model);
  return { name, ...(server && { server }) };
}

/** A token with some of its values, or with all. Its bytes are told too where the text does not tell them. */
export function tokenJson<T extends NamedToken>(token: T, keys: readonly (keyof T)[], details = false): object {
  if (details) return token;
  const { id, text, special } = token;
  const more: readonly (keyof T)[] = [
    ...(special ? ['special' as const] : []),
    ...(text.includes('\ufffd') ? ['bytes' as const] : []),
  ];
  const values = [...keys, ...more].map((key) => [key, token[key]] as const);
  return { id, text, ...Object.fromEntries(values.filter(([, value]) => (value ?? null) !== null)) };
}

export const cutLists = (lists: ByMetric<readonly InspectedEntry[]>, most: number) =>
  byMetric((metric) => lists[metric].slice(0, most));
