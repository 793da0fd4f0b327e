import * as v from 'valibot';
import { blameGrains } from '../shared/blame';
import { given, limit, position, short, token, truth } from './arguments';
import { blamedJson, blamedOf, blamedTables, blameSaid } from './blamed';
import { needOther, textOfBoth } from './both';
import { idOf } from './oneToken';
import { chatOutput, leftOutOutput } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { paragraphs } from './text';
import { defineTool } from './tool';

export const blameTool = defineTool({
  name: 'blame',
  title: 'Which part of a second model did it',
  description:
    'Says which part of the second model, B, makes its prediction differ from that of the loaded one, A. A runs with one part of B in place, for each part: the embedding, attention and feed-forward of every layer with their norms, the final norm and the output rows (by: parts), whole layers, or each tensor. With reverse, B runs with one part of A: what would be won by keeping that part. Each row has the KL divergence of A against the mixed model after one position (divergence) and its mean over the text (meanDivergence), both in bits; the change of the logit of one token, taken apart into the angle, the size of h and the size of the token; and how far h turned (degrees) and grew. The costliest part comes first. The parts do not add up exactly to the whole, since layers act on one another. With by: tensors, tensors says of each what became of it in B: relative error, median angle and ratio of its rows, bits a weight of both. Layers and positions count from 0.',
  summary: 'Which layer or tensor of a second model changes the prediction.',
  icon: '$(list-ordered)',
  schema: v.pipe(
    given({
      ...{ ...spoken, position, limit },
      by: v.optional(
        v.pipe(
          v.picklist(blameGrains, ({ received }) => `by is ${short(received)}. Give ${blameGrains.join(', ')}.`),
          v.description('How finely B is cut.'),
        ),
        'parts',
      ),
      reverse: truth('reverse', 'Run B with one part of A in place, instead of A with one part of B.'),
      token: v.optional(token('token', 'The token whose logit is taken apart; A’s likeliest, if absent')),
    }),
    oneText(),
  ),
  // With the keys of `compare --json`.
  output: v.looseObject({
    sentence: v.string(),
    chat: chatOutput,
    leftOut: leftOutOutput,
    blame: v.array(v.looseObject({})),
    tensors: v.optional(v.array(v.looseObject({}))),
  }),
  says: (asked, model) => `Find which part of a second model differs from ${model} on ${sizeOf(asked)}`,
  texts: ({ token: named, ...asked }) => [...spokenTexts(asked), ...(typeof named === 'string' ? [named] : [])],
  async answer({ position: at, by, reverse, token: named, ...written }, asked) {
    const { engine, model, control } = asked;
    const other = needOther(asked);
    const read = await readSpoken(written, asked);
    const text = textOfBoth(read, written);
    const id = named === undefined ? {} : { token: await idOf(engine, named, 'token', control) };
    const question = { position: at ?? text.limit - 1, by, reverse, ...id };
    const found = await blamedOf({ engine, model, other, text, question, control });
    return {
      less: 'call again with by: layers',
      more: { parts: found.blame.parts.length },
      said: (most) => paragraphs(read.said, blamedTables(found, most)),
      json: (most) => ({ sentence: blameSaid(found), ...read.json(most), ...blamedJson(found, most) }),
    };
  },
});
