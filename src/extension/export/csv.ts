import { csvFormatRows } from 'd3-dsv';
import type { Inspection } from '../../shared/inspection';
import { metrics } from '../../shared/metrics';
import type { Exportable } from '../../shared/panel';
import { modelTitle } from '../../shared/servedName';
import { rowsOfInspection, tokenData } from '../../shared/tokenColumns';
import { english } from '../../shared/translator';

type Value = string | number | boolean | null | undefined;
/** A header row, and the rows below it. */
type Table = readonly (readonly Value[])[];

/**
 * A part as comma-separated values: a header row, all digits, and an empty field for an unknown number. Neighbours and
 * predictions have one row an entry, `rank` from 1. A server’s lists of likeliest tokens have no factors. If a server
 * ran the model, the last column names both. Texts are exact. A text that begins with `=`, `+`, `-` or `@` is not
 * escaped, though a spreadsheet may read it as a formula.
 */
export function csvOf(part: Exportable, inspection: Inspection): string {
  const { model } = inspection;
  const title = modelTitle(model, english);
  const rows = tables[part](inspection).map((row, at) => [
    ...row,
    ...(model.server ? [at === 0 ? 'model' : title] : []),
  ]);
  return `${csvFormatRows(rows.map((row) => row.map((cell) => String(cell ?? ''))))}\n`;
}

const tables: Readonly<Record<Exportable, (inspection: Inspection) => Table>> = {
  tokens: (inspection) => tokenData('csv', rowsOfInspection(inspection)),
  neighbours: ({ tokens, space, neighbours = [] }) => [
    ['index', 'token', ...(space ? ['space'] : []), 'metric', 'rank', 'id', 'text', 'value'],
    ...neighbours.flatMap(({ index, ...lists }) =>
      metrics.flatMap((metric) =>
        lists[metric].map(({ id, text, value }, at): readonly Value[] => [
          ...[index, tokens[index]?.text, ...(space ? [space] : [])],
          ...[metric, at + 1, id, text, value],
        ]),
      ),
    ),
  ],
  predictions: ({ tokens, predictions = [], listed }) =>
    listed
      ? [
          ['index', 'token', 'rank', 'id', 'text', 'probability', 'hiddenSize', 'entropyAtLeast', 'entropyAtMost'],
          ...listed.flatMap(({ index, hiddenSize, entropy, top }) =>
            top.map(({ id, text, probability }, at): readonly Value[] => [
              ...[index, tokens[index]?.text, at + 1, id, text],
              ...[probability, hiddenSize, entropy.atLeast, entropy.atMost],
            ]),
          ),
        ]
      : [
          [
            ...['index', 'token', 'rank', 'id', 'text'],
            ...['probability', 'logit', 'rawLogit', 'hiddenSize', 'size', 'cosine', 'bias'],
          ],
          ...predictions.flatMap(({ index, hiddenSize, top }) =>
            top.map(({ id, text, probability, logit, rawLogit, size, cosine, bias }, at): readonly Value[] => [
              ...[index, tokens[index]?.text, at + 1, id, text],
              ...[probability, logit, rawLogit, hiddenSize, size, cosine, bias],
            ]),
          ),
        ],
};
