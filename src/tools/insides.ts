import { type Head, type HeadGrid, type HeadScores } from '../shared/attention';
import type { Engine } from '../shared/engine';
import { expertsFinding, expertsTable, type ExpertsView } from '../shared/experts';
import {
  inspectedLists,
  type InspectedExperts,
  type InspectedNeuron,
  type InspectedScores,
  type InspectedSides,
  type InspectedSources,
} from '../shared/inspection';
import { type LayerKinds, madeOf } from '../shared/layerParts';
import {
  type Neurons,
  type NeuronView,
  type RowsOnBothSides,
  neuronFinding,
  neuronsFinding,
  neuronsTable,
} from '../shared/neurons';
import { knownScore, scoreColumns, scoreRows, scoresFinding } from '../shared/scores';
import type { NamedToken, TextRequest } from '../shared/tokens';
import { english } from '../shared/translator';
import type { Words } from '../shared/words';
import { neighbourLists, printedTable } from './tables';
import { paragraphs, visible } from './text';

/** A sentence with its tokens as a terminal spells them. */
export const spelled = (sentence: Words): string =>
  sentence.map((word) => (typeof word === 'string' ? word : visible(word.text))).join('');

/** The scores of one head at every position of a text. */
export async function scoresJson(
  engine: Engine,
  text: TextRequest,
  head: Head,
  positions: number,
): Promise<InspectedScores> {
  const rows: HeadScores[] = [];
  for (let position = 0; position < positions; position++)
    rows.push(await engine.headScores({ ...text, ...head, position }));
  const each = (of: (row: HeadScores) => Float64Array) => rows.map((row) => Array.from(of(row)));
  const known = (of: (row: HeadScores) => Float64Array) =>
    each(of).map((row) => row.map((value) => knownScore(value) ?? null));
  return {
    ...head,
    scale: rows[0]?.scale ?? NaN,
    ...(rows[0]?.sink !== undefined && { sink: rows[0].sink }),
    q: rows.map(({ q }) => q),
    k: Array.from(rows.at(-1)?.k ?? []),
    cosine: each(({ cosine }) => cosine),
    score: known(({ score }) => score),
    unrotated: known(({ unrotated }) => unrotated),
    rows: each(({ weights }) => weights),
  };
}

/** Why a head looks where it does, as a sentence and a table of its keys. */
export function scoresTable(scores: HeadScores, tokens: readonly NamedToken[]): string {
  // Tokens of a text repeat, so a key has its position, from 1 as in the table of tokens.
  const columns = scoreColumns(scores, english).map((column) =>
    column.key === 'position' ? { ...column, head: 'at', print: (position: number) => String(position + 1) } : column,
  );
  const described = { columns, rows: scoreRows(scores, tokens) };
  return `${spelled(scoresFinding(scores, tokens, english))}\n${printedTable(described)}`;
}

/** Of the layers without heads. */
export const sourcesJson = ({ sources = [] }: HeadGrid, kinds: LayerKinds, pushed = true): InspectedSources[] =>
  sources.flatMap((from, layer) => {
    const made = { layer, ...madeOf('attention', layer, kinds) };
    return from ? { ...made, share: [...from.share], ...(pushed && { push: [...from.push] }) } : [];
  });

export const neuronsJson = ({ neurons, sums }: Neurons) => ({ neurons, neuronSums: sums });

export function neuronsSaid(neurons: Neurons): string {
  return `${spelled(neuronsFinding(neurons, targetOf(neurons), english))}\n${printedTable(neuronsTable(neurons.neurons, 'minus the mean', english))}`;
}

export const expertsJson = ({ count, used, layers }: ExpertsView): { readonly experts: InspectedExperts } => ({
  experts: {
    count,
    used,
    layers: layers.map((one) => ({ ...one, ran: [...one.ran], probabilities: [...one.probabilities] })),
  },
});

export const expertsSaid = (view: ExpertsView): string =>
  `${spelled(expertsFinding(view, targetOf(view), english))}\n${printedTable(expertsTable(view, english))}`;

const targetOf = ({ output, against }: Pick<Neurons, 'output' | 'against'>): string[] =>
  against ? [visible(output.text), ' over ', visible(against.text)] : [visible(output.text)];

const sidesJson = ({ along, opposite }: RowsOnBothSides): InspectedSides => ({
  along: inspectedLists(along),
  opposite: inspectedLists(opposite),
});

export const neuronJson = ({ neuron, fired, writes, reads }: NeuronView): { readonly neuron: InspectedNeuron } => ({
  neuron: { ...neuron, fired: Array.from(fired), writes: sidesJson(writes), reads: sidesJson(reads) },
});

export function neuronSaid(view: NeuronView): string {
  const lists = (title: string, sides: RowsOnBothSides) => [
    `${title}\n${neighbourLists(inspectedLists(sides.along))}`,
    `${title}, its opposite\n${neighbourLists(inspectedLists(sides.opposite))}`,
  ];
  return paragraphs(
    `${spelled(neuronFinding(view, english))}\n${printedTable(neuronsTable([view.neuron], 'minus the mean', english))}`,
    ...lists('Writes: output rows near its column', view.writes),
    ...lists('Reads: input rows near its row', view.reads),
  );
}
