import * as v from 'valibot';
import { englishPlural } from '../shared/plural';
import { entries, given, query } from './arguments';
import { modelJson, modelOutput, titleOf, tokenJson, tokenOutput } from './outputs';
import { groupedCount as counted, visible } from './text';
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
