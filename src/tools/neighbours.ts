import * as v from 'valibot';
import { inspectedLists } from '../shared/inspection';
import { metrics } from '../shared/metrics';
import { searchedIn, sizeOnSide } from '../shared/sides';
import { centred, given, limit, neighbourCount as most, short, space, token, vector } from './arguments';
import { idOf } from './oneToken';
import { chatOutput, cutLists, listsOutput, modelJson, modelOutput, namedOutput, numbers, titleOf } from './outputs';
import { oneText, readSpoken, spoken, spokenTexts } from './spoken';
import { nameOf } from './tables';
import { harmless, paragraphs } from './text';
import { defineTool } from './tool';
import { vectorJson } from './vector';

const ofVector = v.looseObject({
  ...{ expression: v.string(), side: v.string(), ...numbers('size', 'entropy') },
  ...{ operands: v.array(v.looseObject({ name: v.string() })), neighbours: listsOutput },
});

export const neighbours = defineTool({
  name: 'neighbours',
  title: 'Neighbours of a token',
  description:
    'Lists the tokens of the loaded model’s vocabulary that lie nearest to one token, or to a vector that you make of several such as king - man + woman, by three metrics: distance (‖a − b‖, smaller is nearer), cosine of the angle (−1 to 1, larger is nearer) and dot product (larger is nearer). The lists often differ, because the dot product favours large vectors; a token need not come first in its own list by dot product. Lists are exact, over the whole vocabulary. With against it compares two tokens with each other instead: angle, sizes, distance and dot product. Use it for questions about embeddings, similarity of tokens, or which token is nearest.',
  summary: 'The tokens nearest to a token, or to a vector made of several, by distance, cosine and dot product.',
  icon: '$(compass)',
  schema: v.pipe(
    given({
      token: v.optional(token('token', 'The token')),
      vector: v.optional(vector),
      against: v.optional(
        token('against', 'A second token, which is compared with token; no neighbours are listed then'),
      ),
      ...{ neighbours: most, centred, space, ...spoken, limit },
    }),
    oneText(false),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { token, vector, against, text, messages } = dataset.value;
      const say = (message: string) => addIssue({ message });
      if (token === undefined && vector === undefined) say('token or vector is missing. Give one of the two.');
      if (token !== undefined && vector !== undefined) say('token and vector are both given. Give one of the two.');
      if (token !== undefined && (text ?? messages) !== undefined)
        say('A text is read for h and residuals such as r12 in vector. Leave it out with token.');
      if (vector !== undefined && against !== undefined)
        say('against is compared with token. Leave it out with vector.');
    }),
  ),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput, ...numbers('leftOut') },
    ...{ space: v.optional(v.string()), centred: v.optional(v.boolean()) },
    token: v.optional(v.object({ ...namedOutput, size: v.number() })),
    against: v.optional(v.object({ ...namedOutput, ...numbers('size', ...metrics, 'angle') })),
    ...{ neighbours: v.optional(listsOutput), vector: v.optional(ofVector) },
  }),
  says: ({ token, vector }, model) => `Find the neighbours of ${short(String(token ?? vector))} in ${model}`,
  // Without a text a vector is made of the matrices, which are on this machine.
  texts: ({ token, vector: _, against, ...asked }) => [
    ...[token, against].flatMap((one) => (one === undefined ? [] : [String(one)])),
    ...spokenTexts(asked),
  ],
  async answer({ token, vector, against, neighbours: length, centred, space, ...given }, asked) {
    const { engine, model, control } = asked;
    const less = 'call again with a smaller number for the argument neighbours';
    const how = centred ? ', with the mean vector subtracted' : '';
    if (vector !== undefined) {
      const read = (given.text ?? given.messages) === undefined ? null : await readSpoken(given, asked);
      const place = read && { text: read.request, position: read.tokens.length - 1 };
      const own = await engine.vector({ expression: vector, centred, count: length, ...(place && { place }) }, control);
      const cut = (rows: number) => vectorJson({ own, without: false }, rows);
      return {
        less,
        said: paragraphs(
          `${titleOf(model)}: ${harmless(vector)} is compared with the ${own.side === 'input' ? 'input vectors' : 'output rows'}${how}. Its operands are among its neighbours; predicted is what the model would expect if it were h. Angles are in degrees.`,
          read?.said,
        ),
        json: (rows) => ({ model: modelJson(model), vector: cut(rows), ...read?.json(rows) }),
      };
    }
    const id = await idOf(engine, token ?? '', 'token', control);
    const other = against === undefined ? undefined : await idOf(engine, against, 'against', control);
    const request = { id, count: length, centred, space, ...(other !== undefined && { against: other }) };
    const { query, lists, against: compared } = await engine.neighbours(request, control);
    const size = sizeOnSide(query, space === 'output' ? 'output' : 'input');
    const entries = inspectedLists(lists);
    const compares = `${model.tied ? '' : `, space ${space}`}${how}`;
    const pair = compared && {
      ...{ id: compared.token.id, text: compared.token.text, size: sizeOnSide(compared.token, searchedIn(space)) },
      // A row of zeros has no angle, which is null as JSON.
      ...{ ...compared.values, angle: compared.angle },
    };
    return {
      less,
      said: `${titleOf(model)}: ${nameOf(query)} (id ${query.id})${pair ? ', against another token; the angle is in degrees' : '. It is in its own lists'}${compares}.`,
      json: (rows) => ({
        model: modelJson(model),
        token: { id: query.id, text: query.text, size },
        ...(!model.tied && { space }),
        centred,
        ...(pair ? { against: pair } : { neighbours: cutLists(entries, rows) }),
      }),
    };
  },
});
