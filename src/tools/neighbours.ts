import { inspectedModel, type InspectedEntry } from '../shared/inspection';
import { byMetric } from '../shared/metrics';
import { centred, given, neighbours as most, short, space, token } from './arguments';
import { idOf } from './oneToken';
import { modelLine, nameOf, neighbourLists } from './tables';
import { paragraphs } from './text';
import { defineTool } from './tool';

export const neighbours = defineTool({
  name: 'neighbours',
  title: 'Neighbours of a token',
  description:
    'Lists the tokens of the loaded model’s vocabulary that lie nearest to one token, by three metrics: distance (‖a − b‖, smaller is nearer), cosine of the angle (−1 to 1, larger is nearer) and dot product (larger is nearer). The lists often differ, because the dot product favours large vectors; a token need not come first in its own list by dot product. Lists are exact, over the whole vocabulary. Use it for questions about embeddings, similarity of tokens, or which token is nearest.',
  summary: 'The tokens nearest to a token by distance, cosine and dot product.',
  icon: '$(compass)',
  schema: given({ token: token('token', 'The token'), neighbours: most, centred, space }),
  says: ({ token }, model) => `Find the neighbours of ${short(String(token))} in ${model}`,
  texts: ({ token }) => [String(token)],
  async answer({ token, neighbours: length, centred, space }, { engine, model, control }) {
    const id = await idOf(engine, String(token), 'token', control);
    const { query, lists } = await engine.neighbours({ id, count: length, centred, space }, control);
    const entries = byMetric((metric) =>
      lists[metric].map(({ token: { id, text }, values }): InspectedEntry => ({ id, text, value: values[metric] })),
    );
    const cut = (rows: number) => byMetric((metric) => entries[metric].slice(0, rows));
    const shown = inspectedModel(model);
    const compares = model.tied ? '' : `, space ${space}`;
    return {
      rows: { neighbours: lists.euclidean.length },
      less: 'call again with a smaller number for the argument neighbours',
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
