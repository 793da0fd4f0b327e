import * as v from 'valibot';
import { cutsFinding, partAsToken, sourceKey, sourceNamed } from '../shared/cutCosts';
import { cutReasons, type Cuts } from '../shared/cuts';
import { encodings } from '../shared/engine';
import { inspectedToken } from '../shared/inspection';
import { isAdded } from '../shared/place';
import { englishPlural } from '../shared/plural';
import { english } from '../shared/translator';
import { details, given, listedTokens, short, entries, query, string } from './arguments';
import { spelled } from './insides';
import { chatOutput, modelJson, modelOutput, titleOf, tokenJson, tokenOutput } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { groupedCount, paragraphs, groupedCount as counted, visible } from './text';
import { defineTool } from './tool';

export const find = defineTool({
  name: 'find',
  title: 'Tokens that contain a text',
  description:
    'Finds the tokens of the loaded model’s vocabulary that contain a text, in upper or lower case: how many there are, and their ids, texts (· is a space) and sizes. The text itself comes first, then it with a space before it, then tokens that begin with it, the shortest first. Use it to learn whether a word is one token, in which spellings, and what its id is.',
  summary: 'The tokens of the vocabulary that contain a text, with their ids.',
  icon: '$(search)',
  schema: given({ query, count: entries('How many tokens to list.') }),
  output: v.object({ model: modelOutput, total: v.number(), tokens: v.array(tokenOutput) }),
  says: ({ query }, model) => `Find the tokens of ${model} that contain ${visible(query)}`,
  // The vocabulary is on this machine.
  texts: () => [],
  async answer({ query, count }, { engine, model, control }) {
    const { tokens, total } = await engine.find({ query, count, textOnly: true }, control);
    const found = tokens.map((token) => tokenJson(token, ['size', 'outputSize']));
    const more = total > tokens.length ? ' Raise count to list more.' : '';
    return {
      said: `${titleOf(model)}: ${total === 0 ? 'no' : counted(total)} ${englishPlural(total, { one: 'token contains', other: 'tokens contain' })} “${visible(query)}”.${more}`,
      less: 'call again with a smaller count',
      json: (most) => ({ model: modelJson(model), total, tokens: found.slice(0, most) }),
    };
  },
});

/** The cuts as files and agents read them; `spelled`: with the text of each token. */
export const cutsJson = (all: string, { own, others }: Cuts, spelled = false) => ({
  tokenizers: [own, ...others].map(({ name, count, tokens }) => ({
    ...{ name, count },
    tokens: tokens.map(({ id, start, end, bytes }) => {
      const text = all.slice(start, end);
      const isWhole = partAsToken(text).bytes.length === bytes.length;
      return { id, ...(spelled && { text, ...(!isWhole && { bytes }) }), start, end };
    }),
  })),
  parts: others.flatMap(({ name, partings }) => partings.map((parting) => ({ with: name, ...parting }))),
});

const mostWith = 4;
const beside = v.optional(
  v.pipe(
    v.array(string('An entry of with', 4096), ({ received }) => `with is ${short(received)}. Give a list of names.`),
    // Windows would sign in at a machine that an agent names.
    v.check(
      (names) => !names.some((name) => /^[\\/]{2}/.test(name)),
      'with names a file on another machine. Give one on this machine.',
    ),
    v.maxLength(mostWith, ({ input }) => `with has ${input.length} entries. Give at most ${mostWith}.`),
    v.description(
      `Tokenizers whose tokens are listed beside the model’s, with the places where they part and why: encodings (${encodings.join(', ')}), OpenAI’s models such as gpt-4o, or the path of a GGUF file, a model’s folder or a tokenizer.json. At most ${mostWith}. The encodings are counted in any case.`,
    ),
  ),
);

export const tokens = defineTool({
  name: 'tokens',
  title: 'Tokens of a text',
  description:
    'Cuts a text into tokens exactly as the loaded language model does, and counts them; also counts the tokens of OpenAI’s encodings o200k_base (GPT-4o and later), cl100k_base (GPT-4, GPT-3.5) and r50k_base (GPT-2, GPT-3). Use it whenever a question depends on how many tokens a text has or where it is cut, or whether two tokenizers cut it alike: do not guess. Each token has its id, its text (· is a space) and its size ‖e‖ (the Euclidean norm of its input vector, model units). Where a tokenizer of with parts from the model’s, parts says between which offsets (UTF-16 units), and the reason: special (a special token), normaliser, start (a space before the text), pattern (of the pre-tokenizer), unknown (a sign) or merges. Of messages the others count the contents alone, since OpenAI’s own markup is not public.',
  summary: 'Cuts a text into the tokens of the loaded model, and counts them, also by other tokenizers.',
  icon: '$(symbol-string)',
  schema: v.pipe(
    given({
      ...{ ...spoken, with: beside, limit: listedTokens },
      details: details(
        'the bytes of each token, its offsets start and end (UTF-16 units) and the percentage of the vocabulary that is smaller',
      ),
    }),
    oneText(),
  ),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput },
    count: v.pipe(v.number(), v.description('Tokens of the whole text, without one that the model adds.')),
    leftOut: v.pipe(v.number(), v.description('Tokens that are not listed.')),
    tokens: v.array(tokenOutput),
    tokenizers: v.pipe(
      v.array(v.object({ name: v.string(), count: v.number(), tokens: v.optional(v.array(v.looseObject({}))) })),
      v.description('That of the loaded model first.'),
    ),
    parts: v.optional(
      v.array(
        v.object({ with: v.string(), start: v.number(), end: v.number(), reason: v.nullable(v.picklist(cutReasons)) }),
      ),
    ),
  }),
  says: (asked, model) => `Tokenise ${sizeOf(asked)} with ${model}`,
  texts: spokenTexts,
  async answer({ with: named = [], limit, ...given }, asked) {
    const { engine, model, control } = asked;
    const read = await readSpoken(given, asked);
    const { text, chat, all: tokens } = read;
    const sources = named.map(sourceNamed);
    const counted = encodings.filter((one) => !sources.some((source) => sourceKey(source) === one));
    const others = [...sources, ...counted.map((encoding) => ({ encoding }))];
    const plain = given.plain || chat !== null;
    const texts = chat ? chat.messages.map(({ content }) => content) : [text];
    const all: Cuts[] = [];
    for (const one of texts) all.push(await engine.cuts({ text: one, plain, others }, control));
    const shown = tokens
      .slice(0, limit)
      .map((token) => tokenJson(inspectedToken(token), ['size', 'outputSize'], given.details));
    const added = tokens.filter(isAdded).length;
    const own = tokens.length - added;
    const totals = others.map((_, at) => all.reduce((sum, cuts) => sum + (cuts.others[at]?.count ?? 0), 0));
    const [first] = all;
    const cuts = first && cutsJson(text, { ...first, others: first.others.slice(0, sources.length) }, true);
    const listed = (at: number, most: number) =>
      at > 0 &&
      at <= sources.length &&
      !chat && { tokens: cuts?.tokenizers[at]?.tokens.slice(0, Math.min(limit, most)) };
    const names = [model.name, ...others.map((source, at) => first?.others[at]?.name ?? sourceKey(source))];
    return {
      said: paragraphs(
        `${titleOf(model)}: the text has ${groupedCount(own)} ${englishPlural(own, { one: 'token', other: 'tokens' })}${added > 0 ? `; the model adds ${groupedCount(added)} of its own before it` : ''}.${chat ? ' The other tokenizers count the contents alone, without markup.' : ''}`,
        read.said,
        ...(chat || !first ? [] : first.others.slice(0, sources.length)).map(
          (other) => first && `${spelled(cutsFinding({ text, own: first.own, other }, english))}.`,
        ),
        shown.length < tokens.length &&
          `${groupedCount(shown.length)} of ${groupedCount(tokens.length)} tokens are listed. Raise limit to list more.`,
      ),
      less: 'call again with a part of the text',
      json: (most) => ({
        model: modelJson(model),
        ...read.json(most),
        count: own,
        leftOut: tokens.length - Math.min(shown.length, most),
        tokens: shown.slice(0, most),
        tokenizers: names.map((name, at) => ({
          ...{ name, count: at === 0 ? own : (totals[at - 1] ?? 0) },
          ...listed(at, most),
        })),
        ...(named.length > 0 && !chat && { parts: cuts?.parts.slice(0, most) ?? [] }),
      }),
    };
  },
});
