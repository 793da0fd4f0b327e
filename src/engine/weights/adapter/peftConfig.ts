import * as v from 'valibot';
import { unreadField, wrongIssue } from '../damaged';
import { strictJson } from '../strictJson';

const number = v.pipe(v.number(), v.finite());
const rank = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 20));
/** Values for some modules, by the ends of their names. */
const pattern = <T extends v.GenericSchema>(value: T) => v.nullish(v.record(v.string(), value));

const schema = v.looseObject({
  peft_type: v.string(),
  r: rank,
  lora_alpha: number,
  base_model_name_or_path: v.nullish(v.pipe(v.string(), v.maxLength(1000))),
  use_rslora: v.nullish(v.boolean()),
  use_dora: v.nullish(v.boolean()),
  rank_pattern: pattern(rank),
  alpha_pattern: pattern(number),
  init_lora_weights: v.nullish(v.union([v.boolean(), v.pipe(v.string(), v.maxLength(200))])),
  lora_bias: v.nullish(v.boolean()),
  layer_replication: v.nullish(v.array(v.unknown())),
  /** Of aLoRA, which changes only what follows these tokens. */
  alora_invocation_tokens: v.nullish(v.array(v.unknown())),
});

/** The keys of `adapter_config.json` that change the numbers. */
export type PeftConfig = v.InferOutput<typeof schema>;

/** A module's name or its end. Other regular expressions may match anything. */
const plainName = /^\^?(?:[\w-]|\\?\.)+$/;
/** Initialisations that leave the base as it is. Others subtract what the adapter begins with from it. */
const plainInits: readonly string[] = ['gaussian', 'eva', 'orthogonal'];

/** Throws an `EngineError` that names the first key with an unexpected value. */
export function parsePeftConfig(bytes: Uint8Array): PeftConfig {
  const file = 'adapter_config.json';
  const parsed = v.safeParse(schema, strictJson(bytes, file));
  if (!parsed.success) throw wrongIssue(file, parsed.issues[0]);
  const { output: config } = parsed;
  const refuse = (key: keyof PeftConfig, found: string | boolean, read: string | boolean) => {
    throw unreadField(`${file}: ${key}`, found, read);
  };
  if (config.peft_type !== 'LORA') refuse('peft_type', config.peft_type.slice(0, 40), 'LORA');
  if (config.lora_bias) refuse('lora_bias', true, false);
  for (const key of ['layer_replication', 'alora_invocation_tokens'] as const)
    if (config[key]) refuse(key, '[…]', 'null');
  for (const patterns of ['rank_pattern', 'alpha_pattern'] as const)
    for (const name of Object.keys(config[patterns] ?? {}))
      if (!plainName.test(name)) refuse(patterns, name.slice(0, 80), 'self_attn.q_proj');
  const init = config.init_lora_weights;
  if (typeof init === 'string' && !plainInits.includes(init)) refuse('init_lora_weights', init, plainInits.join(', '));
  return config;
}

/** The value for a module: of the first pattern that is its name or the end of it, as peft matches them. */
export function valueFor<T>(patterns: Readonly<Record<string, T>> | null | undefined, module: string, usual: T): T {
  const found = Object.entries(patterns ?? {}).find(([end]) => `.${module}`.endsWith(`.${end.replace(/[\^\\]/g, '')}`));
  return found ? found[1] : usual;
}
