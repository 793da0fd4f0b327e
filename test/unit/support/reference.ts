import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { referenceMetrics } from '../../fixtures/referenceMetrics';

const number = v.number();
const entry = v.object({ id: number, token: v.string(), value: number });
const lists = v.object(v.entriesFromList(referenceMetrics, v.array(entry)));
const metrics = v.object(v.entriesFromList(referenceMetrics, number));
const grid = v.array(v.array(number));

const schema = v.object({
  vocabulary: v.object({
    size: number,
    dimensions: number,
    norm: v.object({ min: number, max: number, mean: number }),
    'mean vector norm': number,
    largest: v.array(v.tuple([number, v.string(), number])),
    smallest: v.array(v.tuple([number, v.string(), number])),
    'round trip misses': v.object({
      'raw: e_t against W': metrics,
      'centred: e_t-mean against W-mean': metrics,
      'model path with no layers: norm(e_t)*gain against W': metrics,
    }),
  }),
  tokenised: v.array(
    v.object({ text: v.string(), ids: v.array(number), 'ids with special tokens as plain text': v.array(number) }),
  ),
  tokens: v.array(
    v.object({
      text: v.string(),
      id: number,
      norm: number,
      'norm percentile': number,
      neighbours: lists,
      'neighbours centred': lists,
    }),
  ),
  runs: v.array(
    v.object({
      text: v.string(),
      ids: v.array(number),
      'residual norm [layer][position]': grid,
      'angle residual to own input vector, degrees [layer][position]': grid,
      'angle norm(residual) to predicted output vector, degrees [layer][position]': grid,
      'attention output norm [layer][position]': grid,
      'feed-forward output norm [layer][position]': grid,
      'final hidden norm [position]': v.array(number),
      'final hidden vector, last position': v.array(number),
      'entropy bits [position]': v.array(number),
      'surprisal bits of the next token [position 1..]': v.array(number),
      'top 20, last position': v.array(
        v.object({ id: number, token: v.string(), logit: number, probability: number, size: number, cosine: number }),
      ),
      'top 3 [position]': v.array(v.array(v.tuple([number, v.string(), number]))),
      'nearest output vectors to the final hidden vector, last position': lists,
      /** For some of the runs. */
      'lens top 3 [layer][position]': v.optional(v.array(v.array(v.array(v.tuple([number, v.string(), number]))))),
    }),
  ),
});

/** The numbers of the default model, computed in float64 by an independent implementation. */
export const reference = v.parse(
  schema,
  JSON.parse(readFileSync(new URL('../../fixtures/reference.json', import.meta.url), 'utf8')),
);
