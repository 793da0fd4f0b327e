import {
  namesOf,
  type Both,
  type OtherModel,
  type PositionInBoth,
  type RowsInBoth,
  type TextInBoth,
} from '../shared/both';
import type { Control, Engine, ModelInfo } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { inspectedModel, inspectedToken, type InspectedModel, type InspectedToken } from '../shared/inspection';
import type { TextRequest, Token } from '../shared/tokens';

interface Asked {
  readonly engine: Engine;
  readonly model: ModelInfo;
  readonly other: OtherModel;
  readonly text: TextRequest | null;
  /** Whether the matrices alone are compared, although there is a text. */
  readonly geometry?: boolean;
  /** Of the text, from 0; the last that was compared if absent. */
  readonly position?: number | undefined;
  /** Entries of each list. */
  readonly count: number;
  readonly control?: Control;
}

/** Two models on one text, or their matrices alone, as one object. */
export interface Comparison extends Pick<OtherModel, 'runs' | 'sameVocabulary' | 'sameWidth'> {
  readonly refusal: string | null;
  readonly models: Both<InspectedModel>;
  /** What a sentence calls them. */
  readonly names: Both<string>;
  /** The types of their weights; empty where they are not known. */
  readonly types: Both<string>;
  /** As A cuts the text. */
  readonly tokens: readonly InspectedToken[];
  readonly text: TextInBoth | null;
  readonly position: PositionInBoth | null;
  /** Of the matrix, or of embedding and unembedding if a model has two. Empty if the vocabularies differ. */
  readonly rows: readonly RowsInBoth[];
}

export const otherVocabulary =
  'The two models have different vocabularies, so neither tokens nor predictions can be compared one by one.';

export async function compared(asked: Asked): Promise<Comparison> {
  const { engine, model, other, text, geometry = false, position, count, control } = asked;
  const { info, runs, sameVocabulary } = other;
  const refusal = text === null || geometry ? null : (other.refusal?.message ?? null);
  const runnable = geometry || runs === 'none' ? null : text;
  if (!sameVocabulary && !runnable)
    throw badRequest`${otherVocabulary} ${refusal ?? 'Give a text to run: its characters are the common ruler.'}`;
  const tokens = text ? (await engine.tokenise(text, control)).tokens : [];
  const inBoth = runnable && (await engine.textInBoth({ ...runnable, count }, control));
  const last = inBoth?.kind === 'same' ? { position: position ?? inBoth.length - 1, count } : null;
  const taken = runnable && last && (await engine.positionInBoth({ ...runnable, ...last }, control));
  const rows: RowsInBoth[] = [];
  const ids = [...new Set(tokens.map(({ id }) => id))];
  for (const matrix of model.tied && info.tied ? (['input'] as const) : (['input', 'output'] as const))
    if (sameVocabulary) rows.push(await engine.rowsInBoth({ matrix, count, ids }, control));
  return comparisonOf({ model, other, refusal, tokens, text: inBoth, position: taken, rows });
}

type Numbers = Pick<Comparison, 'refusal' | 'text' | 'position' | 'rows'>;
type Compared = Pick<Asked, 'model' | 'other'> & Numbers & { readonly tokens: readonly Token[] };

export const comparisonOf = ({ model, other, tokens, ...numbers }: Compared): Comparison => ({
  models: [inspectedModel(model), inspectedModel(other.info)],
  names: namesOf([model, other.info]),
  types: [model.quantisation, other.info.quantisation],
  ...{ runs: other.runs, sameVocabulary: other.sameVocabulary, sameWidth: other.sameWidth },
  tokens: tokens.map((token) => inspectedToken(token)),
  ...numbers,
});

/** For `JSON.stringify`, which would write a typed array as an object. */
export const plainNumbers = (_: string, value: unknown): unknown =>
  value instanceof Float64Array ? Array.from(value) : value;
