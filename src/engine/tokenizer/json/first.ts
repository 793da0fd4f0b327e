import * as v from 'valibot';
import { wrongField } from '../../weights/damaged';
import { stepsOf, unknownStep } from './steps';

const named = v.union([
  v.string(),
  v.pipe(
    v.looseObject({ content: v.string() }),
    v.transform(({ content }) => content),
  ),
]);

/** The keys of `tokenizer_config.json` and `special_tokens_map.json` that `tokenizer.json` lacks. */
export const tokenizerConfigSchema = v.looseObject({
  add_bos_token: v.nullish(v.boolean()),
  bos_token: v.nullish(named),
});

export type TokenizerConfig = v.InferOutput<typeof tokenizerConfigSchema>;

const pair = v.strictTuple([v.string(), v.number()]);
const special = v.looseObject({ SpecialToken: v.looseObject({ id: v.string() }) });
const schema = v.variant('type', [
  v.looseObject({ type: v.literal('ByteLevel') }),
  v.looseObject({ type: v.literal('BertProcessing'), cls: pair }),
  v.looseObject({ type: v.literal('RobertaProcessing'), cls: pair }),
  v.looseObject({
    type: v.literal('TemplateProcessing'),
    single: v.array(v.union([special, v.looseObject({ Sequence: v.looseObject({}) })])),
  }),
]);

/**
 * The token before every text: `add_bos_token` decides if it is set, as in the classes that know the key, else the
 * post-processor does. `idOf` maps a spelling to its id.
 */
export function firstKnown(
  postProcessor: unknown,
  { add_bos_token: adds, bos_token: named }: TokenizerConfig,
  idOf: (content: string) => number | undefined,
): number | undefined {
  const before = spelledBefore(postProcessor);
  if (before.length > 1) throw wrongField('tokenizer.json: post_processor (tokens)', before.length, '≤ 1');
  if (adds === false) return undefined;
  const spelling = before[0] ?? (adds ? named : undefined);
  if (spelling === null || spelling === undefined) return undefined;
  const id = idOf(spelling);
  if (id === undefined) throw wrongField('tokenizer.json: post_processor', spelling.slice(0, 40), 'model.vocab');
  return id;
}

function spelledBefore(described: unknown): string[] {
  return stepsOf(described, 'processors', 'post_processor').flatMap((step) => {
    const parsed = v.safeParse(schema, step);
    if (!parsed.success) throw unknownStep('post_processor', step);
    return spelledBy(parsed.output);
  });
}

function spelledBy(step: v.InferOutput<typeof schema>): string[] {
  switch (step.type) {
    case 'ByteLevel':
      return [];
    case 'BertProcessing':
    case 'RobertaProcessing':
      return [step.cls[0]];
    case 'TemplateProcessing': {
      const text = step.single.findIndex((item) => 'Sequence' in item);
      return step.single
        .slice(0, text < 0 ? undefined : text)
        .flatMap((item) => (v.is(special, item) ? [item.SpecialToken.id] : []));
    }
  }
}
