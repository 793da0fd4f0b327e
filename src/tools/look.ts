import * as v from 'valibot';
import { namedHead, type Head } from '../shared/attention';
import { knownScore, leadingKeys, scoreRows, scoresFinding } from '../shared/scores';
import { english } from '../shared/translator';
import { given, limit, position as positionArgument, short, string } from './arguments';
import { spelled } from './insides';
import { chatOutput, leftOutOutput, modelJson, modelOutput, namedOutput, numbers, titleOf } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { paragraphs } from './text';
import { defineTool } from './tool';

const head = v.pipe(
  string('head', 20),
  v.regex(
    /^\d{1,6}\.\d{1,6}$/,
    ({ input }) => `head is ${short(input)}. Give a layer and a head, both from 0, as in 23.4.`,
  ),
  v.description('The head: its layer and its number, both from 0, as in 23.4.'),
);

const keys = v.object({
  ...namedOutput,
  ...numbers('position', 'size', 'cosine', 'distance', 'score', 'unrotated', 'weight'),
});

export const lookTool = defineTool({
  name: 'look',
  title: 'Why a head looks there',
  description:
    'Explains why an attention head of the loaded model looks at a token from a position of a text. A score is size of the query times size of the key times the cosine between them, scaled; softmax makes the weights of the scores. Lists the keys by weight with size, cosine, distance to the query, score, the score without position, and weight; and says which key would win if distance or angle decided. Needs a model whose layers run on this machine.',
  summary: 'Why an attention head looks at a token: sizes, angles and scores of its keys.',
  icon: '$(eye)',
  schema: v.pipe(given({ ...spoken, head, position: positionArgument, limit }), oneText()),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput, leftOut: leftOutOutput },
    scores: v.object({
      ...numbers('layer', 'head', 'position', 'scale', 'cap', 'q'),
      keys: v.array(keys),
      others: v.optional(v.object(numbers('count', 'weight'))),
    }),
  }),
  says: ({ head: name, ...asked }, model) =>
    `Ask why head ${name} looks where it does in ${sizeOf(asked)} with ${model}`,
  texts: spokenTexts,
  async answer({ head: name, position: at, ...asWritten }, asked) {
    const { engine, model, control } = asked;
    const named = namedHead(name) as Head;
    const read = await readSpoken(asWritten, asked);
    const position = at ?? read.tokens.length - 1;
    const scores = await engine.headScores({ ...read.request, ...named, position }, control);
    return {
      said: paragraphs(`${titleOf(model)}: ${spelled(scoresFinding(scores, read.tokens, english))}.`, read.said),
      json: (most) => {
        const rows = scoreRows(scores, read.tokens, Math.min(most, leadingKeys));
        const others = rows.find(({ token }) => token === null);
        return {
          model: modelJson(model),
          ...read.json(most),
          scores: {
            ...{ ...named, position, scale: scores.scale, cap: scores.cap, q: scores.q },
            keys: rows.flatMap(({ token, position: key }) =>
              token && key !== undefined
                ? {
                    ...{ id: token.id, text: token.text, position: key },
                    ...{ size: scores.k[key], cosine: scores.cosine[key], distance: scores.distance[key] },
                    ...{ score: knownScore(scores.score[key]), unrotated: knownScore(scores.unrotated[key]) },
                    weight: scores.weights[key],
                  }
                : [],
            ),
            ...(others && { others: { count: others.count, weight: others.weight } }),
          },
        };
      },
    };
  },
});
