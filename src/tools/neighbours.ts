import * as v from 'valibot';
import { inspectedModel, type InspectedEntry } from '../shared/inspection';
import { byMetric } from '../shared/metrics';
import { centred, given, neighbours as most, short, space, token, vector } from './arguments';
import { idOf } from './oneToken';
import { modelLine, nameOf, neighbourLists } from './tables';
import { paragraphs } from './text';
import { defineTool } from './tool';
import { vectorJson, vectorTables } from './vector';

export const neighbours = defineTool({
  name: 'neighbours',
  title: 'Neighbours of a token',
  description:
    'Lists the tokens of the loaded model’s vocabulary that lie nearest to one token, or to a vector that you make of several such as king - man + woman, by three metrics: distance (‖a − b‖, smaller is nearer), cosine of the angle (−1 to 1, larger is nearer) and dot product (larger is nearer). The lists often differ, because the dot product favours large vectors; a token need not come first in its own list by dot product. Lists are exact, over the whole vocabulary. Use it for questions about embeddings, similarity of tokens, or which token is nearest.',
  summary: 'The tokens nearest to a token, or to a vector made of several, by distance, cosine and dot product.',
  icon: '$(compass)',
  schema: v.pipe(
    given({
      token: v.optional(token('token', 'The token')),
      vector: v.optional(vector),
      neighbours: most,
      centred,
      space,
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed || (dataset.value.token === undefined) !== (dataset.value.vector === undefined)) return;
      const missing = dataset.value.token === undefined;
      addIssue({
        message: `token ${missing ? 'or vector is missing' : 'and vector are both given'}. Give one of the two.`,
      });
    }),
  ),
  says: ({ token, vector }, model) => `Find the neighbours of ${short(String(token ?? vector))} in ${model}`,
  // A vector is made of the matrices, which are on this machine.
  texts: ({ token }) => (token === undefined ? [] : [String(token)]),
  async answer({ token, vector, neighbours: length, centred, space }, { engine, model, control }) {
    const shown = inspectedModel(model);
    const less = 'call again with a smaller number for the argument neighbours';
    if (vector !== undefined) {
      const own = await engine.vector({ expression: vector, centred, count: length }, control);
      const printed = { own, without: false };
      return {
        rows: { neighbours: own.lists.euclidean.length },
        less,
        words: (rows) => paragraphs(modelLine(shown), vectorTables(printed, rows)),
        json: (rows) => ({ model: shown, vector: vectorJson(printed, rows) }),
      };
    }
    const id = await idOf(engine, String(token), 'token', control);
    const { query, lists } = await engine.neighbours({ id, count: length, centred, space }, control);
    const entries = byMetric((metric) =>
      lists[metric].map(({ token: { id, text }, values }): InspectedEntry => ({ id, text, value: values[metric] })),
    );
    const cut = (rows: number) => byMetric((metric) => entries[metric].slice(0, rows));
    const compares = model.tied ? '' : `, space ${space}`;
    return {
      rows: { neighbours: lists.euclidean.length },
      less,
      words: (rows) =>
        paragraphs(
          modelLine(shown),
          `Neighbours of ${nameOf(query)} (id ${query.id})${compares}${centred ? ', with the mean vector subtracted' : ''}. The token itself is listed too.`,
          rows > 0 && neighbourLists(cut(rows)),
        ),
      json: (rows) => ({
        model: shown,
        token: { id: query.id, text: query.text, size: query.size },
        ...(!model.tied && { space }),
        centred,
        neighbours: cut(rows),
      }),
    };
  },
});
