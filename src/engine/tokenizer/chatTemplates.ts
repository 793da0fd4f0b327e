import { platform } from '#platform';
import { join } from 'node:path';
import * as v from 'valibot';
import { unreadField, wrongIssue } from '../weights/damaged';
import { readWhole } from '../weights/source';
import { strictJson } from '../weights/strictJson';
import { stringOf, stringsOf, type Weights } from '../weights/weights';

/** What a model brings along to render conversations. */
export interface ChatTemplates {
  /** The sources by name. The usual one is called `default`. */
  readonly templates: ReadonlyMap<string, string>;
  /** Spellings of tokens as templates name them, such as `bos_token`. */
  readonly tokens: Readonly<Record<string, string>>;
}

export const usualTemplate = 'default';
/** UTF-16 units; the longest published ones have a hundredth of it. */
const longestTemplate = 2 ** 20;
/** Templates, and UTF-16 units of the name of each. Others are left out: nobody could choose among them. */
const [mostTemplates, longestName] = [32, 200];
/** Bytes; the file lists the added tokens too. */
const longestConfig = 4 * 2 ** 20;

const key = 'tokenizer.chat_template';
/** The keys of GGUF, and the names in templates. The misspelling is the format's own. */
const tokenKeys: Readonly<Record<string, string>> = {
  bos: 'bos_token',
  eos: 'eos_token',
  unknown: 'unk_token',
  seperator: 'sep_token',
  padding: 'pad_token',
  cls: 'cls_token',
  mask: 'mask_token',
};

/** Those of a GGUF file: `tokenizer.chat_template`, and others under `tokenizer.chat_template.NAME`. */
export function chatTemplatesOf(weights: Weights): ChatTemplates {
  const { metadata } = weights;
  const templates = [...metadata.keys()]
    .filter((name) => name === key || name.startsWith(`${key}.`))
    .map((name) => ({ name: name.slice(key.length + 1) || usualTemplate, of: name }));
  const spellings = metadata.has('tokenizer.ggml.tokens') ? stringsOf(weights, 'tokenizer.ggml.tokens') : [];
  const tokens = Object.entries(tokenKeys).flatMap(([id, name]) => {
    const spelling = spellings[Number(metadata.get(`tokenizer.ggml.${id}_token_id`) ?? NaN)];
    return spelling === undefined ? [] : [[name, spelling] as const];
  });
  const read = listed(templates).map(({ name, of }) => bounded(name, stringOf(weights, of)));
  return { templates: new Map(read), tokens: Object.fromEntries(tokens) };
}

/** The usual one goes before all others. */
const listed = <T extends { readonly name: string }>(templates: readonly T[]): readonly T[] =>
  templates
    .filter(({ name }) => name.length <= longestName)
    .toSorted((a, b) => Number(b.name === usualTemplate) - Number(a.name === usualTemplate))
    .slice(0, mostTemplates);

const spelled = v.union([v.string(), v.looseObject({ content: v.string() })]);
const configSchema = v.looseObject({
  chat_template: v.nullish(v.union([v.string(), v.array(v.looseObject({ name: v.string(), template: v.string() }))])),
});

/**
 * Those of a folder as on Hugging Face: `chat_template` in `tokenizer_config.json`, a source or a list of named ones,
 * and `chat_template.jinja`, which goes before it.
 */
export function folderChatTemplates(folder: string): ChatTemplates {
  const config = configOf(folder, 'tokenizer_config.json');
  const parsed = v.safeParse(configSchema, config);
  if (!parsed.success) throw wrongIssue('tokenizer_config.json', parsed.issues[0]);
  const given = parsed.output.chat_template ?? [];
  const named = typeof given === 'string' ? [{ name: usualTemplate, template: given }] : given;
  const templates = listed(named).map(({ name, template }) => bounded(name, template));
  const file = join(folder, 'chat_template.jinja');
  // A character has up to three bytes for each UTF-16 unit.
  if (platform.exists(file))
    templates.push(
      bounded(usualTemplate, new TextDecoder().decode(readWhole(file, 'chat_template.jinja', 3 * longestTemplate))),
    );
  const tokens = Object.values(tokenKeys).flatMap((name) => {
    const token = v.safeParse(spelled, config[name]);
    if (!token.success) return [];
    return [[name, typeof token.output === 'string' ? token.output : token.output.content] as const];
  });
  return { templates: new Map(templates), tokens: Object.fromEntries(tokens) };
}

/** The keys of both files. */
function configOf(folder: string, name: string): Record<string, unknown> {
  const read = (file: string): object => {
    const path = join(folder, file);
    if (!platform.exists(path)) return {};
    return Object(strictJson(readWhole(path, file, longestConfig), file)) as object;
  };
  return { ...read('special_tokens_map.json'), ...read(name) };
}

function bounded(name: string, source: string): readonly [string, string] {
  if (source.length <= longestTemplate) return [name, source];
  throw unreadField(`chat_template ${name.slice(0, 40)} (len)`, source.length, `≤ ${longestTemplate}`);
}
