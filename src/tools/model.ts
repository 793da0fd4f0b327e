import * as v from 'valibot';
import { inspectedModel } from '../shared/inspection';
import { predicts } from '../shared/model';
import { given } from './arguments';
import { modelOutput } from './outputs';
import { contextOf } from './spoken';
import { modelLine } from './tables';
import { groupedCount } from './text';
import { defineTool } from './tool';

export const model = defineTool({
  name: 'model',
  title: 'The loaded model',
  description:
    'Tells which language model the other tools of Vectorscope ask: its name, family, vocabulary, dimensions, layers and context length, which of the tools it can answer, and the server that runs it if one does. Use it first if you do not know which model answers.',
  summary: 'Which model is loaded, and which questions it can answer.',
  icon: '$(info)',
  schema: given({}),
  output: v.looseObject({
    model: modelOutput,
    contextLength: v.nullable(v.number()),
    can: v.record(v.string(), v.boolean()),
  }),
  says: (_, model) => `Tell what ${model} can do`,
  texts: () => [],
  answer(_, { model: info }) {
    const { trunk, server, sizes, quantisation, tokenizer } = info;
    const notices = info.notices.map(({ message }) => message);
    const can = {
      tokens: true,
      predict: predicts(info),
      neighbours: sizes !== null,
      why: trunk !== null,
      find: sizes !== null,
    };
    const contextLength = contextOf(info);
    const names = (able: boolean) =>
      Object.entries(can)
        .filter(([, can]) => can === able)
        .map(([name]) => name)
        .join(', ');
    const shown = inspectedModel(info);
    return Promise.resolve({
      said: () =>
        [
          modelLine(shown),
          ...(contextLength === null ? [] : [`It reads at most ${groupedCount(contextLength)} tokens.`]),
          ...(server ? [`Its layers run on the server ${server.address}: texts are sent there.`] : []),
          `It answers: ${names(true)}.${names(false) === '' ? '' : ` It cannot answer: ${names(false)}.`}`,
          ...notices,
        ].join('\n'),
      json: () => ({ model: shown, quantisation, tokenizer: tokenizer.message, contextLength, can, notices }),
    });
  },
});
